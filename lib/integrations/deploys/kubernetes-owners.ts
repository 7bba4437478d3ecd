import type { OwnerKind } from "@/lib/contracts/owner";
import type { DeploymentOwner } from "@/lib/integrations/deploy-guard";
import { mayDo } from "./kubernetes-access";
import { argoCd, listsDeployment } from "./kubernetes-argo-cd";
import { fluxHelmRelease, fluxKustomization } from "./kubernetes-flux";
import { type Marked, type MarkedOwner, ownersByMarks } from "./kubernetes-owner-marks";
import {
  markOn,
  type OwnerObject,
  type OwnerProduct,
  type OwnerReading,
  readOwnerObject,
} from "./kubernetes-owner-object";
import type { Transport } from "./kubernetes-transport";

/** The owners that are objects of the cluster; the others act only when somebody runs a command. */
export const PRODUCTS: Record<OwnerKind, OwnerProduct | null> = {
  "argo-cd": argoCd,
  "flux-kustomization": fluxKustomization,
  "flux-helm-release": fluxHelmRelease,
  helm: null,
  "kubectl-apply": null,
};

/** Who keeps a Deployment as it is, from its own marks and from what the owners say of themselves. */
export async function ownersOf(
  transport: Transport,
  deployment: Marked,
  argoCdNamespace: string,
): Promise<DeploymentOwner[]> {
  const marked = ownersByMarks(deployment, argoCdNamespace);
  const found = await Promise.all(marked.map((one) => describeOwner(transport, one, deployment)));
  const owners = found.filter((one) => one !== null);
  const isControlled = owners.some(({ kind }) => kind !== "kubectl-apply");
  return isControlled ? owners.filter(({ kind }) => kind !== "kubectl-apply") : owners;
}

async function describeOwner(
  transport: Transport,
  { isCertain, ...ref }: MarkedOwner,
  deployment: Marked,
): Promise<DeploymentOwner | null> {
  const product = PRODUCTS[ref.kind];
  if (!product) return { ...ref, ...byHand(ref.kind, ref.name) };
  const reading = await readOwnerObject(transport, product, ref);
  if (reading.state !== "there") {
    if (!isCertain) return null;
    const { sentence, undoesWithinSeconds } = product.unread(ref);
    const pausing = { state: "refused" as const, ...cantSee(product, ref, reading.state) };
    const title = product.title(ref);
    return { ...ref, title, sentence, undoesWithinSeconds, pausing, resumedBy: null, url: null };
  }
  const { object } = reading;
  if (!isCertain && !listsDeployment(object, deployment.namespace, deployment.name)) return null;
  const { sentence, undoesWithinSeconds, leavesAlone } = product.effect(object, deployment);
  const [pausing, resumedBy] = await Promise.all([
    leavesAlone ? { state: "unneeded" as const } : pausingOf(transport, product, object),
    product.resumedBy(transport, object),
  ]);
  const title = product.title(ref);
  return { ...ref, title, sentence, undoesWithinSeconds, pausing, resumedBy, url: null };
}

async function pausingOf(
  transport: Transport,
  product: OwnerProduct,
  object: OwnerObject,
): Promise<DeploymentOwner["pausing"]> {
  const { namespace, name } = object.metadata;
  const position = product.position(object);
  if (position === "none") return { state: "unneeded" };
  if (position === "off") {
    const mark = markOn(object)?.mark ?? null;
    const by = mark === null ? "Somebody paused it before." : `Paused for ${mark}.`;
    return { state: "paused", mark, sentence: by };
  }
  const { group, plural: resource } = product;
  const isAllowed = await mayDo(transport, { verb: "patch", group, resource, namespace, name });
  return isAllowed
    ? { state: "possible" }
    : { state: "refused", ...mayNotPatch(product, object.metadata) };
}

/** Why an owner can't be paused by us, and who can change that. */
export function mayNotPatch(
  { group, plural }: OwnerProduct,
  { namespace }: { namespace: string },
): { because: string; who: string } {
  return {
    because: `Known Good may not patch ${plural}.${group} in ${namespace}.`,
    who: `a cluster admin, who can grant patch on ${plural}.${group} in ${namespace}`,
  };
}

/** Why an owner that is named by marks can't be paused: it isn't to be seen. */
export function cantSee(
  product: OwnerProduct,
  ref: { namespace: string; name: string },
  state: Exclude<OwnerReading["state"], "there">,
): { because: string; who: string } {
  const what = `${product.plural}.${product.group}`;
  switch (state) {
    case "forbidden":
      return {
        because: `Known Good may not read ${what} in ${ref.namespace}.`,
        who: `a cluster admin, who can grant get and patch on ${what} in ${ref.namespace}`,
      };
    case "unserved":
      return {
        because: `This cluster doesn’t serve ${what} (${product.version}): its controller runs in another one, or in a version that Known Good doesn’t know.`,
        who: `whoever runs ${product.title(ref)}`,
      };
    case "gone":
      return {
        because: `There is no ${product.title(ref)} in ${ref.namespace}.`,
        who: `whoever runs ${product.title(ref)}`,
      };
    default:
      return state satisfies never;
  }
}

/** What stays until somebody runs a command. */
function byHand(
  kind: OwnerKind,
  name: string,
): Omit<DeploymentOwner, "kind" | "namespace" | "name"> {
  const isHelm = kind === "helm";
  return {
    title: isHelm ? `Helm release ${name}` : "kubectl apply",
    sentence: isHelm
      ? `Helm release ${name} isn’t told of a change beside it: that stays until the next upgrade, which may keep or drop it.`
      : "It is delivered with kubectl apply: what is changed otherwise stays until somebody applies again.",
    undoesWithinSeconds: null,
    pausing: { state: "unneeded" },
    resumedBy: null,
    url: null,
  };
}
