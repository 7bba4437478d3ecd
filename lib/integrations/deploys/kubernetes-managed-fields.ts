import * as z from "zod";

/** One entry of `metadata.managedFields`: who owns which fields, and when that last changed. */
export const ManagedField = z.object({
  manager: z.string().default(""),
  operation: z.string().default(""),
  time: z.string().optional(),
  subresource: z.string().optional(),
  fieldsV1: z.unknown(),
});
export type ManagedField = z.infer<typeof ManagedField>;

/** Whether an entry owns the field at `path` ("spec", "template"), or something below it. */
export function ownsField(entry: ManagedField, path: readonly string[]): boolean {
  let at: unknown = entry.fieldsV1;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !(`f:${step}` in at)) return false;
    at = Reflect.get(at, `f:${step}`);
  }
  return true;
}

/**
 * Who last wrote the field at `path`: the newest entry that owns it and is no subresource's. Seconds
 * are the cluster's precision. Null when nobody owns it, as after it was removed.
 */
export function lastWriter(
  entries: readonly ManagedField[],
  path: readonly string[],
): { manager: string; at: string } | null {
  return newest(entries.filter((one) => !one.subresource && ownsField(one, path)));
}

/** Who last wrote anything but a subresource, where the cluster doesn't say which fields. */
export function lastWriterOfAll(
  entries: readonly ManagedField[],
): { manager: string; at: string } | null {
  return newest(entries.filter((one) => !one.subresource));
}

function newest(entries: ManagedField[]): { manager: string; at: string } | null {
  let found: { manager: string; at: string } | null = null;
  for (const { manager, time } of entries) {
    const at = Date.parse(time ?? "");
    if (manager === "" || Number.isNaN(at)) continue;
    if (found === null || at >= Date.parse(found.at)) {
      found = { manager, at: new Date(at).toISOString() };
    }
  }
  return found;
}
