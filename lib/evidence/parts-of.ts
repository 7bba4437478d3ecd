import "server-only";
import type { EvidenceKind } from "@/lib/contracts/kept-evidence";
import type { DeploymentRef, Service } from "@/lib/contracts/service";
import { getIncident } from "@/lib/incidents/get-incident";
import { getRestoration } from "@/lib/restorations/get-restoration";
import type { Job } from "@/lib/restorations/store";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { gatherFlag, gatherFlags } from "./gather-flags";
import { gatherHeld } from "./gather-held";
import { gatherPods } from "./gather-pods";
import { gatherSignal } from "./gather-signal";
import { gatherTemplate } from "./gather-template";
import type { Piece } from "./piece";

/** One question to one source; what it answers belongs together. */
export type Part = {
  /** Tells pieces of one title apart. */
  key: string;
  kind: EvidenceKind;
  /** For when it can't be answered. */
  title: string;
  gather: (signal: AbortSignal) => Promise<Piece[]>;
};

/** Of one service so many Deployments are looked at, and of one incident so many signals. */
const MOST_DEPLOYMENTS = 8;
const MOST_SIGNALS = 12;

type Live = { deployment: DeploymentRef; templateHash: string | null };

/** What goes away first: the Pods that the lever is about to end, or that run what it is about to turn. */
export async function fleetingParts(ctx: Ctx, job: Job, maxBytes: number): Promise<Part[]> {
  const pulledAt = pulledAtOf(job);
  const lives = await livesOf(ctx, job);
  return lives.map(({ deployment, templateHash }) => ({
    key: `${deployment.source}/${deployment.namespace}/${deployment.name}`,
    kind: "pods",
    title: `Pods of ${deployment.name}`,
    gather: (signal) =>
      gatherPods(ctx, {
        ...{ deployment, templateHash, pulledAt, signal },
        maxBytes: Math.floor(maxBytes / lives.length),
      }),
  }));
}

/** What stays for a while: the template, flags, signals and what is held. */
export async function lastingParts(ctx: Ctx, job: Job): Promise<Part[]> {
  // Again: a flag's state when it was pulled is exact once its product has answered.
  const [again, lives, services, { incident }] = await Promise.all([
    getRestoration(ctx, job.restoration.id),
    livesOf(ctx, job),
    listServices(ctx),
    getIncident(ctx, job.restoration.incidentId),
  ]);
  const pulledAt = pulledAtOf(job);
  const hurt = services.filter(({ name, signal }) => signal && incident.services.includes(name));
  const its = services.find(({ name }) => name === job.restoration.service);
  return [
    ...lives.map(({ deployment, templateHash }): Part => {
      const title = `Pod template of ${deployment.name}`;
      const key = `${deployment.source}/${deployment.namespace}/${deployment.name}`;
      const gather = () => gatherTemplate(ctx, { deployment, templateHash });
      return { key, kind: "template", title, gather };
    }),
    ...flagParts(ctx, again, its),
    ...hurt.slice(0, MOST_SIGNALS).map((service): Part => {
      const title = `Signal of ${service.title}, the hour before`;
      const gather = () => gatherSignal(ctx, { service, pulledAt });
      return { key: service.name, kind: "signal", title, gather };
    }),
    {
      ...{ key: "held", kind: "held-deliveries", title: "Held deliveries" },
      gather: () => gatherHeld(ctx, job.incidentNumber),
    },
  ];
}

function pulledAtOf({ restoration }: Job): Date {
  return new Date(restoration.askedAt ?? restoration.plannedAt);
}

/** The Deployments whose Pods say what was wrong. */
async function livesOf(ctx: Ctx, { restoration, plan }: Job): Promise<Live[]> {
  const { target } = restoration;
  if (target.lever === "rollback") {
    const { source, namespace, deployment: name } = target;
    const templateHash = plan.lever === "rollback" ? plan.fromHash : null;
    return [{ deployment: { source, namespace, name }, templateHash }];
  }
  const services = await listServices(ctx);
  const its = services.find(({ name }) => name === restoration.service);
  return (its?.deployments ?? [])
    .slice(0, MOST_DEPLOYMENTS)
    .map((deployment) => ({ deployment, templateHash: null }));
}

function flagParts(ctx: Ctx, { restoration, plan }: Job, service: Service | undefined): Part[] {
  const { target } = restoration;
  if (target.lever === "retoggle" && plan.lever === "retoggle") {
    const title = `Flag ${target.key} in ${target.environment}`;
    return [{ key: "flag", kind: "flag", title, gather: () => gatherFlag(ctx, { target, plan }) }];
  }
  if (!service?.flags) return [];
  const title = `Flags of ${service.title}`;
  return [{ key: "flags", kind: "flag", title, gather: () => gatherFlags(ctx, service) }];
}
