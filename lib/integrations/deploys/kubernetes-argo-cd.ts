import * as z from "zod";
import { lastWriter } from "./kubernetes-managed-fields";
import { argoCdApplication } from "./kubernetes-owner-marks";
import {
  type CustomKind,
  declaringKustomization,
  markOn,
  type OwnerObject,
  type OwnerProduct,
  readOwnerObject,
} from "./kubernetes-owner-object";
import type { Transport } from "./kubernetes-transport";

/** `--self-heal-timeout-seconds`, unless somebody changed it. */
const SELF_HEAL_SECONDS = 5;
const SKIP = "argocd.argoproj.io/skip-reconcile";
const MANAGER = "known-good";
const POLICY = ["spec", "syncPolicy", "automated"];
const SWITCH = [...POLICY, "enabled"];
const SETS: CustomKind = { group: "argoproj.io", version: "v1alpha1", plural: "applicationsets" };
const APPLICATIONS: CustomKind = { ...SETS, plural: "applications" };

const Automated = z.looseObject({
  /** Since Argo CD 3.1; older servers drop it. */
  enabled: z.boolean().nullish(),
  selfHeal: z.boolean().nullish(),
});
const Spec = z.object({ syncPolicy: z.object({ automated: Automated.nullish() }).nullish() });
const Status = z.object({
  resources: z.array(
    z.object({
      group: z.string().default(""),
      kind: z.string(),
      namespace: z.string().default(""),
      name: z.string(),
    }),
  ),
});
/** The switch as it was: `enabled` alone, or all of `automated` where Argo CD knows no `enabled`. */
const Was = z.union([
  z.object({ automated: z.record(z.string(), z.unknown()) }),
  z.object({ enabled: z.boolean().nullable() }),
]);
const SetSpec = z.object({
  syncPolicy: z.object({ applicationsSync: z.string().nullish() }).nullish(),
  ignoreApplicationDifferences: z
    .array(
      z.object({
        name: z.string().nullish(),
        jsonPointers: z.array(z.string()).nullish(),
        jqPathExpressions: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

function automatedOf({ spec }: OwnerObject): z.infer<typeof Automated> | null {
  return Spec.safeParse(spec).data?.syncPolicy?.automated ?? null;
}

/** Whether we took all of `automated` away, from an Argo CD that knows no `enabled`. */
function isRemovedByUs(object: OwnerObject): boolean {
  const was = Was.safeParse(markOn(object)?.was).data;
  return was !== undefined && "automated" in was;
}

function position(object: OwnerObject): "on" | "off" | "none" {
  if (object.metadata.annotations[SKIP] === "true") return "off";
  const automated = automatedOf(object);
  if (!automated) return isRemovedByUs(object) ? "off" : "none";
  return automated.enabled === false ? "off" : "on";
}

const title = ({ name }: { name: string }) => `Argo CD application ${name}`;

/** Argo CD's Applications, switched by `spec.syncPolicy.automated.enabled`. */
export const argoCd: OwnerProduct = {
  ...APPLICATIONS,
  title,
  fieldManager: MANAGER,
  switchPath: SWITCH,
  position,
  effect(object) {
    const name = title(object.metadata);
    switch (position(object)) {
      case "off":
        return {
          sentence: `${name} doesn’t sync by itself now: a change beside it stays until somebody syncs it or turns that back on.`,
          undoesWithinSeconds: null,
        };
      case "none":
        return {
          sentence: `${name} is synced by hand: a change beside it stays until somebody syncs.`,
          undoesWithinSeconds: null,
        };
      default:
        break;
    }
    if (automatedOf(object)?.selfHeal) {
      return {
        sentence: `${name} heals itself: it puts back what git says within ${SELF_HEAL_SECONDS} s of a change beside it.`,
        undoesWithinSeconds: SELF_HEAL_SECONDS,
      };
    }
    return {
      sentence: `${name} syncs by itself but doesn’t heal: a change beside it stays until the next commit in git.`,
      undoesWithinSeconds: null,
    };
  },
  unread: (ref) => ({
    sentence: `${title(ref)} in ${ref.namespace} can’t be read here: if it heals itself, it undoes a change beside it within ${SELF_HEAL_SECONDS} s.`,
    undoesWithinSeconds: SELF_HEAL_SECONDS,
  }),
  async resumedBy(transport, object) {
    const set = object.metadata.ownerReferences.find(({ kind }) => kind === "ApplicationSet");
    if (set) return resumingSet(transport, object, set.name);
    return (await resumingParent(transport, object)) ?? declaringKustomization(object, POLICY);
  },
  was: (object) => ({ enabled: automatedOf(object)?.enabled ?? null }),
  off(object, isOld) {
    if (isOld) {
      const automated = automatedOf(object) ?? {};
      return { spec: { syncPolicy: { automated: null } }, was: { automated } };
    }
    const spec = { syncPolicy: { automated: { enabled: false } } };
    return { spec, was: argoCd.was(object) };
  },
  back(object, was) {
    const before = Was.safeParse(was).data ?? { enabled: null };
    const automated = automatedOf(object);
    if ("automated" in before) {
      return automated ? null : { syncPolicy: { automated: before.automated } };
    }
    if (before.enabled === false || automated?.enabled !== false) return null;
    return { syncPolicy: { automated: { enabled: before.enabled } } };
  },
  // An ApplicationSet takes foreign annotations from what it makes; the field still names its writer.
  isOurs: ({ metadata }) => lastWriter(metadata.managedFields, SWITCH)?.manager === MANAGER,
  rests: "doesn’t sync by itself",
  goesOn: "syncs by itself again",
};

/** Whether an Application says that it manages a Deployment. */
export function listsDeployment(object: OwnerObject, namespace: string, name: string): boolean {
  const { data } = Status.safeParse(object.status);
  return (data?.resources ?? []).some(
    (one) =>
      one.group === "apps" &&
      one.kind === "Deployment" &&
      one.name === name &&
      one.namespace === namespace,
  );
}

/** An ApplicationSet writes the whole spec anew, unless it is told to leave the policy or to only create. */
async function resumingSet(
  transport: Transport,
  { metadata }: OwnerObject,
  name: string,
): Promise<string | null> {
  const reading = await readOwnerObject(transport, SETS, { namespace: metadata.namespace, name });
  if (reading.state === "gone") return null;
  const spec = reading.state === "there" ? SetSpec.safeParse(reading.object.spec).data : undefined;
  const isCreateOnly = /^create-(only|delete)$/.test(spec?.syncPolicy?.applicationsSync ?? "");
  const leavesPolicy = spec?.ignoreApplicationDifferences?.some(
    (one) =>
      (!one.name || one.name === metadata.name) &&
      (one.jsonPointers?.some((path) =>
        /^\/spec(\/syncPolicy(\/automated(\/enabled)?)?)?$/.test(path),
      ) ||
        one.jqPathExpressions?.some((path) =>
          /^\.spec(\.syncPolicy(\.automated(\.enabled)?)?)?$/.test(path),
        )),
  );
  return isCreateOnly || leavesPolicy ? null : `ApplicationSet ${name}`;
}

/** A parent in an app of apps that syncs by itself. */
async function resumingParent(
  transport: Transport,
  { metadata }: OwnerObject,
): Promise<string | null> {
  const parent = argoCdApplication(metadata, "argoproj.io/Application", metadata.namespace);
  if (!parent || (parent.name === metadata.name && parent.namespace === metadata.namespace)) {
    return null;
  }
  const reading = await readOwnerObject(transport, APPLICATIONS, parent);
  if (reading.state === "there" && position(reading.object) !== "on") return null;
  if (reading.state !== "there" && !parent.isCertain) return null;
  return `its parent, ${title(parent)}`;
}
