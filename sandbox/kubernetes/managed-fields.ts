import type { ManagedFields, ObjectMeta } from "./kube-object.ts";

type Write = Omit<ManagedFields, "fieldsType" | "fieldsV1">;

/**
 * Notes a write in `metadata.managedFields`: who, how and when. Which fields each manager owns is
 * not tracked, so `fieldsV1` stays empty.
 */
export function managedBy(metadata: ObjectMeta, write: Write): ObjectMeta {
  const others = (metadata.managedFields ?? []).filter(
    (entry) =>
      entry.manager !== write.manager ||
      entry.operation !== write.operation ||
      entry.subresource !== write.subresource,
  );
  const { subresource, ...rest } = write;
  const entry: ManagedFields = { ...rest, fieldsType: "FieldsV1", fieldsV1: {} };
  if (subresource) entry.subresource = subresource;
  return { ...metadata, managedFields: [...others, entry] };
}

/** The manager a request acts as: stated, or the program's name at the head of its user agent. */
export function managerName(fieldManager: string | null, userAgent: string | undefined): string {
  const program = (userAgent ?? "").split("/")[0]?.slice(0, 128);
  return fieldManager || program || "unknown";
}
