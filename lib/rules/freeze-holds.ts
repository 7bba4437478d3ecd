import type { Hold, HoldLayer } from "@/lib/contracts/hold";
import type { OwnerKind } from "@/lib/contracts/owner";
import type { DeploymentRef, Service } from "@/lib/contracts/service";

/** One thing that can be held, in the words that its layer needs. `source` is a source's name. */
export type HoldTarget = { source: string } & (
  | { layer: "kubernetes"; detail: { namespace: string; deployments: string[] | "*" } }
  | { layer: "github"; detail: { repository: string; branch: string } }
  | {
      layer: "argo-cd" | "flux";
      detail: { kind: OwnerKind; namespace: string; name: string };
    }
);

export type HeldByFreeze = Pick<Hold, "layer" | "source" | "subject" | "endsByItself">;

/** Whether a freeze on these services, none meaning everything, holds this one. */
export function covers(services: readonly string[], service: string): boolean {
  return services.length === 0 || services.includes(service);
}

/**
 * What a freeze holds that is known without asking anybody: the Deployments of each namespace and the
 * merges of each repository's branch. A freeze on everything takes whole namespaces, so that it holds
 * what comes later too; `known` are the Deployments that the ledger has seen.
 */
export function holdsOf(
  services: readonly string[],
  world: { services: readonly Service[]; known: readonly DeploymentRef[] },
): HoldTarget[] {
  const covered = world.services.filter(({ name }) => covers(services, name));
  const isEverything = services.length === 0;
  const deployments = deploymentsOf(services, world);
  const namespaces = new Map<string, { source: string; namespace: string; names: Set<string> }>();
  for (const { source, namespace, name } of deployments) {
    const key = `${source} ${namespace}`;
    const of = namespaces.get(key) ?? { source, namespace, names: new Set() };
    namespaces.set(key, of);
    of.names.add(name);
  }
  const branches = new Map<string, HoldTarget>();
  for (const { repository } of covered) {
    if (!repository) continue;
    const { source, name, branch } = repository;
    branches.set(`${source} ${name} ${branch}`, {
      ...{ source, layer: "github" },
      detail: { repository: name, branch },
    });
  }
  return [
    ...[...namespaces.values()].map(
      ({ source, namespace, names }): HoldTarget => ({
        ...{ source, layer: "kubernetes" },
        detail: { namespace, deployments: isEverything ? "*" : [...names].sort() },
      }),
    ),
    ...branches.values(),
  ];
}

/** The Deployments that a freeze covers, each once. */
export function deploymentsOf(
  services: readonly string[],
  world: { services: readonly Service[]; known: readonly DeploymentRef[] },
): DeploymentRef[] {
  const covered = world.services.filter(({ name }) => covers(services, name));
  const all = [
    ...covered.flatMap(({ deployments }) => deployments),
    ...(services.length === 0 ? world.known : []),
  ];
  const keyOf = ({ source, namespace, name }: DeploymentRef) => `${source} ${namespace}/${name}`;
  return [...new Map(all.map((one) => [keyOf(one), one])).values()];
}

/** The layer that pauses an owner of this kind; null for one that acts only when somebody delivers. */
export function layerOfOwner(kind: OwnerKind): "argo-cd" | "flux" | null {
  switch (kind) {
    case "argo-cd":
      return "argo-cd";
    case "flux-kustomization":
    case "flux-helm-release":
      return "flux";
    case "helm":
    case "kubectl-apply":
      return null;
    default:
      return kind satisfies never;
  }
}

/** In its system's own words. A namespace is held by each freeze on its own; everything else is shared. */
export function subjectOf(target: HoldTarget, freezeId: string | null): string {
  switch (target.layer) {
    case "kubernetes":
      return freezeId === null
        ? target.detail.namespace
        : `${target.detail.namespace} (${freezeId})`;
    case "github":
      return `${target.detail.repository} ${target.detail.branch}`;
    case "argo-cd":
      return `${target.detail.namespace}/${target.detail.name}`;
    case "flux": {
      const { kind, namespace, name } = target.detail;
      return `${kind === "flux-helm-release" ? "HelmRelease" : "Kustomization"} ${namespace}/${name}`;
    }
    default:
      return target satisfies never;
  }
}

/** What makes two holds one: the same thing in the same source, as long as it is held. */
export function openKeyOf(layer: HoldLayer, source: string, subject: string): string {
  return `${layer}:${source}:${subject}`;
}

/** Of which layers the outside lets go at a freeze's expiry when this server is gone. */
export function endsByItself(layer: HoldLayer): boolean {
  return layer === "gate" || layer === "kubernetes";
}

/** Teams whose services a freeze holds, by name. */
export function teamsHeld(services: readonly string[], all: readonly Service[]): string[] {
  const teams = all.flatMap(({ name, team }) => (team && covers(services, name) ? [team] : []));
  return [...new Set(teams)].sort();
}

/** Whether a freeze holds at a moment: it wasn't thawed, and its time isn't over. */
export function isOn(freeze: { thawedAt: string | null; until: string }, now: Date): boolean {
  return freeze.thawedAt === null && Date.parse(freeze.until) > now.getTime();
}
