import * as z from "zod";
import { errorOfStatus, statusOf, unreadable } from "./kubernetes-errors";
import { ManagedField, ownsField } from "./kubernetes-managed-fields";
import type { Marked } from "./kubernetes-owner-marks";
import type { Transport } from "./kubernetes-transport";

/** Names the Restoration or freeze that paused an owner. */
export const PAUSED_BY = "known-good.dev/paused-by";
/** The owner's switch as it was before, as JSON. */
export const WAS = "known-good.dev/was";

const Texts = z.record(z.string(), z.string());

/** A custom resource that owns Deployments, as far as all of them look alike. */
export const OwnerObject = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    resourceVersion: z.string(),
    labels: Texts.default({}),
    annotations: Texts.default({}),
    ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
    managedFields: z.array(ManagedField).default([]),
  }),
  spec: z.record(z.string(), z.unknown()).default({}),
  status: z.record(z.string(), z.unknown()).default({}),
  /** Argo CD: a sync that was asked for and isn't done. */
  operation: z.unknown().optional(),
});
export type OwnerObject = z.infer<typeof OwnerObject>;

/** A kind of resource in the words of the API. */
export type CustomKind = { group: string; version: string; plural: string };

type Name = { namespace: string; name: string };

/** What an owner does to a change that is made beside it. */
export type OwnerEffect = {
  sentence: string;
  undoesWithinSeconds: number | null;
  /** It doesn't look after this object at all: there is nothing to pause. */
  leavesAlone?: boolean;
};

/**
 * How one kind of owner is told to leave its objects alone, and to go on: by one switch in its spec.
 * `was` is plain JSON: the switch as it was.
 */
export type OwnerProduct = CustomKind & {
  /** "Argo CD application checkout" */
  title(ref: Name): string;
  /** Under whose name the switch is written. */
  fieldManager: string;
  /** Where the switch is. */
  switchPath: readonly string[];
  /** `none`: it does nothing by itself, so there is nothing to switch off. */
  position(object: OwnerObject): "on" | "off" | "none";
  effect(object: OwnerObject, deployment: Marked): OwnerEffect;
  /** The worst to expect of one that can't be read. */
  unread(ref: Name): OwnerEffect;
  /** Who would turn it back on, or null. */
  resumedBy(transport: Transport, object: OwnerObject): Promise<string | null>;
  was(object: OwnerObject): unknown;
  /** The patch of `spec` that switches it off. `isOld`: its first form had no effect. */
  off(object: OwnerObject, isOld: boolean): { spec: object; was: unknown };
  /** The patch of `spec` that puts `was` back; null when it is that already. */
  back(object: OwnerObject, was: unknown): object | null;
  /** Whether it was us who switched it off, where our mark was taken from it. */
  isOurs(object: OwnerObject): boolean;
  /** What it does while it is off, to follow its title: "doesn’t sync by itself". */
  rests: string;
  /** What it does again, to follow its title: "syncs by itself again". */
  goesOn: string;
};

export type OwnerReading =
  | { state: "there"; object: OwnerObject }
  /** This server knows the kind, but has no such object. */
  | { state: "gone" }
  /** This server doesn't know the kind: its controller runs elsewhere, or not at all. */
  | { state: "unserved" }
  | { state: "forbidden" };

export function ownerPath({ group, version, plural }: CustomKind, ref: Name): string {
  const where = `namespaces/${encodeURIComponent(ref.namespace)}/${plural}`;
  return `/apis/${group}/${version}/${where}/${encodeURIComponent(ref.name)}`;
}

/** One owner, asked for just now. Throws SourceError when there is no answer. */
export async function readOwnerObject(
  transport: Transport,
  kind: CustomKind,
  ref: Name,
): Promise<OwnerReading> {
  const answer = await transport.send({ method: "GET", path: ownerPath(kind, ref) });
  if (answer.status === 403) return { state: "forbidden" };
  if (answer.status === 404) {
    const isKnown = statusOf(answer).message.includes(`"${ref.name}" not found`);
    return { state: isKnown ? "gone" : "unserved" };
  }
  if (answer.status !== 200) throw errorOfStatus(answer);
  return { state: "there", object: parseOwner(answer.body, ref.name) };
}

export function parseOwner(body: unknown, name: string): OwnerObject {
  const parsed = OwnerObject.safeParse(body);
  if (!parsed.success) throw unreadable(name, parsed.error);
  return parsed.data;
}

/** Our mark on an owner and what it keeps, or null. */
export function markOn({ metadata }: OwnerObject): { mark: string; was: unknown } | null {
  const mark = metadata.annotations[PAUSED_BY];
  if (!mark) return null;
  return { mark, was: fromJson(metadata.annotations[WAS]) };
}

function fromJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/**
 * The Flux Kustomization whose manifest says what an owner's switch is, and so puts it back when it
 * reconciles; null when its manifest leaves the switch alone.
 */
export function declaringKustomization(
  { metadata }: OwnerObject,
  switchPath: readonly string[],
): string | null {
  const name = metadata.labels["kustomize.toolkit.fluxcd.io/name"];
  const declares = metadata.managedFields.some(
    (one) => one.manager === "kustomize-controller" && ownsField(one, switchPath),
  );
  return name && declares ? `Flux Kustomization ${name}` : null;
}
