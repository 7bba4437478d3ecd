import type { ResourceRequest } from "./api-request.ts";
import { invalid } from "./status-error.ts";

const MANAGER_BYTES = 128;

/** Refuses options that don't go with a patch: a manager's name too long, force without an apply. */
export function refuseWrongOptions({ query }: ResourceRequest, isApply: boolean): void {
  const problems = [];
  if (query.has("force") && !isApply) {
    const message = "Forbidden: may not be specified for non-apply patch";
    problems.push({ field: "force", reason: "FieldValueForbidden", message });
  }
  if (Buffer.byteLength(query.get("fieldManager") ?? "") > MANAGER_BYTES) {
    const message = `Too long: may not be more than ${MANAGER_BYTES} bytes`;
    problems.push({ field: "fieldManager", reason: "FieldValueTooLong", message });
  }
  if (problems.length === 0) return;
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", problems);
}
