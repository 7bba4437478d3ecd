import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch, applyStrategicMergePatch } from "./merge-patch.ts";
import { unsupportedMediaType } from "./status-error.ts";

export const PATCH_TYPES =
  "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml";

/** The document with a patch of this media type carried out; other types are refused. */
export function patchDocument(
  type: string | undefined,
  document: unknown,
  patch: unknown,
  isCustom = false,
): unknown {
  // Only built-in kinds are known well enough to merge their lists.
  if (isCustom && type === "application/apply-patch+yaml") return applyMergePatch(document, patch);
  if (isCustom && type === "application/strategic-merge-patch+json") {
    throw unsupportedMediaType(PATCH_TYPES.replace("application/strategic-merge-patch+json, ", ""));
  }
  switch (type) {
    case "application/json-patch+json":
      return applyJsonPatch(document, patch);
    case "application/merge-patch+json":
      return applyMergePatch(document, patch);
    case "application/strategic-merge-patch+json":
    case "application/apply-patch+yaml":
      return applyStrategicMergePatch(document, patch);
    default:
      throw unsupportedMediaType(PATCH_TYPES);
  }
}
