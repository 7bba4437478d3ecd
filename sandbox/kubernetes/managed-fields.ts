import { fieldChanges, statedFields } from "./field-changes.ts";
import { difference, type FieldSet, fieldPaths, intersection, union } from "./field-set.ts";
import type { ManagedFields, Stored } from "./kube-object.ts";
import { sameValue } from "./same-value.ts";
import { StatusError } from "./status-error.ts";

export type Write = Omit<ManagedFields, "fieldsType" | "fieldsV1">;

const isBy = (entry: ManagedFields, { manager, operation, subresource, ...write }: Write) =>
  entry.manager === manager &&
  entry.operation === operation &&
  entry.subresource === subresource &&
  (operation === "Apply" || entry.apiVersion === write.apiVersion);

/** Applied entries come first, then by time; entries of the same second by their manager. */
function sorted(entries: ManagedFields[]): ManagedFields[] {
  const key = ({ operation, time = "", manager }: ManagedFields) =>
    `${operation === "Apply" ? 0 : 1} ${time} ${manager}`;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** All entries without the fields that changed hands; those that own nothing more are left out. */
function without(entries: readonly ManagedFields[], gone: FieldSet | undefined): ManagedFields[] {
  if (!gone) return [...entries];
  return entries.flatMap((entry) => {
    const fieldsV1 = difference(entry.fieldsV1, gone);
    return fieldsV1 ? [fieldsV1 === entry.fieldsV1 ? entry : { ...entry, fieldsV1 }] : [];
  });
}

function entryOf({ subresource, time, ...write }: Write, fieldsV1: FieldSet): ManagedFields {
  return {
    ...write,
    // The server keeps no time for what was written by way of a Scale.
    ...(time !== undefined && subresource !== "scale" && { time }),
    fieldsType: "FieldsV1",
    fieldsV1,
    ...(subresource && { subresource }),
  };
}

function withEntries(object: Stored, entries: ManagedFields[]): Stored {
  const managedFields = entries.length > 0 ? sorted(entries) : undefined;
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/**
 * Notes a write in `metadata.managedFields`: its manager owns from now on what it changed, with the
 * write's time, and all others no longer do. `after` carries the entries to go on from. A write that
 * changed nothing, or only took fields away, leaves no time.
 */
export function managedBy(
  before: Stored | undefined,
  after: Stored,
  write: Write,
  isCustom = false,
): Stored {
  const { changed, removed } = fieldChanges(before, after, isCustom, write.subresource);
  const entries = after.metadata.managedFields ?? [];
  if (!changed && !removed) return after;
  const left = without(entries, union(changed, removed));
  if (!changed) return withEntries(after, left);
  const own = left.find((entry) => isBy(entry, write));
  const fields = union(own?.fieldsV1, changed) ?? {};
  return withEntries(after, [...left.filter((entry) => entry !== own), entryOf(write, fields)]);
}

/** The fields that a manager applied last. */
export function appliedBefore(before: Stored | undefined, write: Write): FieldSet | undefined {
  return before?.metadata.managedFields?.find((entry) => isBy(entry, write))?.fieldsV1;
}

/** The fields that others than this manager own. */
export function ownedByOthers(before: Stored | undefined, write: Write): FieldSet | undefined {
  return (before?.metadata.managedFields ?? [])
    .filter((entry) => !isBy(entry, write))
    .reduce<FieldSet | undefined>((all, entry) => union(all, entry.fieldsV1), undefined);
}

/**
 * Notes an apply: its manager owns what the configuration states, whether that changed or not. Throws
 * the 409 of the real server when it changes what others own, unless `force` takes it from them.
 */
export function appliedBy(
  before: Stored | undefined,
  after: Stored,
  write: Write,
  configuration: Record<string, unknown>,
  options: { force: boolean; isCustom?: boolean },
): Stored {
  const { changed, removed } = fieldChanges(before, after, options.isCustom, write.subresource);
  const stated = statedFields(configuration, options.isCustom) ?? {};
  const entries = before?.metadata.managedFields ?? [];
  const own = entries.find((entry) => isBy(entry, write));
  const others = entries.filter((entry) => entry !== own);
  const taken = intersection(changed, stated);
  if (!options.force && taken) refuseConflicts(others, taken);
  const left = without(others, union(taken, removed));
  // An apply that changes nothing keeps its time, so that it is no write at all.
  const isIdle = !changed && !removed && own !== undefined && sameValue(own.fieldsV1, stated);
  return withEntries(after, [...left, isIdle ? own : entryOf(write, stated)]);
}

function refuseConflicts(others: readonly ManagedFields[], taken: FieldSet): void {
  const conflicts = others.flatMap((entry) => {
    const fields = intersection(entry.fieldsV1, taken);
    if (!fields) return [];
    const using = entry.operation === "Update" ? ` using ${entry.apiVersion}` : "";
    const part = entry.subresource ? ` with subresource "${entry.subresource}"` : "";
    return [{ who: `"${entry.manager}"${part}${using}`, paths: fieldPaths(fields) }];
  });
  const count = conflicts.reduce((sum, one) => sum + one.paths.length, 0);
  if (count === 0) return;
  const lines = conflicts.map(({ who, paths }) =>
    paths.length === 1
      ? `conflict with ${who}: ${paths[0]}`
      : `conflicts with ${who}:\n${paths.map((one) => `- ${one}`).join("\n")}`,
  );
  const head = `Apply failed with ${count} conflict${count === 1 ? "" : "s"}: `;
  throw new StatusError(409, "Conflict", head + lines.join("\n"), {
    causes: conflicts.flatMap(({ who, paths }) =>
      paths.map((field) => ({
        reason: "FieldManagerConflict",
        message: `conflict with ${who}`,
        field,
      })),
    ),
  });
}

function isEntry(value: unknown): value is ManagedFields {
  if (typeof value !== "object" || value === null) return false;
  const { manager, operation, fieldsV1 } = value as Partial<ManagedFields>;
  return (
    typeof manager === "string" &&
    (operation === "Update" || operation === "Apply") &&
    typeof fieldsV1 === "object"
  );
}

/**
 * The entries a write goes on from. As on the real server a client may send its own and is believed,
 * times included; an empty list resets them; what can't be read is replaced by what was there.
 */
export function givenEntries(given: unknown, before: Stored): ManagedFields[] | undefined {
  const known = before.metadata.managedFields;
  if (!Array.isArray(given)) return known;
  const [first] = given;
  const isReset = given.length === 0 || (given.length === 1 && sameValue(first, {}));
  if (isReset) return undefined;
  return given.every(isEntry) ? given : known;
}

/** The manager a request acts as: stated, or the program's name at the head of its user agent. */
export function managerName(fieldManager: string | null, userAgent: string | undefined): string {
  const program = (userAgent ?? "").split("/")[0]?.slice(0, 128);
  return fieldManager || program || "unknown";
}
