import type { ResourceRequest } from "./api-request.ts";
import { invalid } from "./status-error.ts";

/** Whether a write is only to be checked; any other value than "All" is refused. */
export function isDryRun({ query }: Pick<ResourceRequest, "query">): boolean {
  const values = query.getAll("dryRun");
  if (values.length === 0) return false;
  if (values.every((value) => value === "All")) return true;
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    {
      field: "dryRun",
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`,
    },
  ]);
}
