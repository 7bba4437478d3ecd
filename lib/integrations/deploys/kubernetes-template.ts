import { createHash } from "node:crypto";
import type { PodTemplate } from "@/lib/contracts/pod-template";

/** The label by which the Deployment controller tells ReplicaSets apart; no part of a template. */
export const TEMPLATE_HASH_LABEL = "pod-template-hash";

/** JSON with sorted keys and without null fields: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== null && field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

/** The template without the controller's own label. */
export function withoutHashLabel(template: PodTemplate): PodTemplate {
  const labels = template.metadata?.labels;
  if (!labels || !(TEMPLATE_HASH_LABEL in labels)) return template;
  const { [TEMPLATE_HASH_LABEL]: _own, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

/**
 * SHA-256 (hex) of the canonical template. `creationTimestamp`, which older servers send as null or
 * not at all, and empty maps don't count, so that the same template has the same hash in every cluster.
 */
export function hashTemplate(template: PodTemplate): string {
  const { metadata = {}, ...rest } = withoutHashLabel(template);
  const { creationTimestamp: _never, labels = {}, annotations = {}, ...others } = metadata;
  const canonical = canonicalJson({ ...rest, metadata: { ...others, labels, annotations } });
  return createHash("sha256").update(canonical).digest("hex");
}
