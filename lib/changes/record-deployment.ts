import "server-only";
import { isDeepStrictEqual } from "node:util";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { ObservedDeployment, ObservedRevision } from "@/lib/integrations/deploy-source";
import { compareTemplates } from "@/lib/rules/compare-templates";
import { commitOf } from "@/lib/rules/find-commit";
import { redactText } from "@/lib/rules/redact-text";
import type { Ctx } from "@/lib/server/context";
import { saveHealth } from "./health-store";
import { openTemplate } from "./open-template";
import { type ChangeDraft, changesOfSubject, mergesOf, saveChange, saveTemplate } from "./store";

export type RecordDeploymentInput = {
  source: string;
  deployment: ObservedDeployment;
  /** When it was observed. */
  at: Date;
  services: Service[];
  url: string | null;
};

type Recorder = Pick<Ctx, "db" | "sealer">;

/**
 * Brings the ledger up to what a cluster shows of one Deployment: a `deploy` Change for every revision
 * not yet known, and what is new about those that are. Revisions that the cluster has forgotten stay.
 * Returns the ids of Changes that were written.
 */
export async function recordDeployment(
  ctx: Recorder,
  input: RecordDeploymentInput,
): Promise<string[]> {
  const { deployment, source } = input;
  const subject = `${deployment.namespace}/${deployment.name}`;
  const known = (await changesOfSubject(ctx.db, { source, subject, limit: 100 })).filter(
    (change) => deployOf(change)?.uid === deployment.uid,
  );
  const byRevision = new Map(known.map((change) => [deployOf(change)?.revision, change]));
  const written: string[] = [];
  for (const observed of deployment.revisions) {
    const ledger = byRevision.get(observed.revision) ?? null;
    const before = revisionBefore(observed.revision, [...byRevision.values()]);
    const marks = new Set([...byRevision.values()].map((one) => deployOf(one)?.restorationId));
    const draft = await draftFor(ctx, input, observed, { ledger, before, marks });
    if (ledger && isSame(ledger, draft)) continue;
    if (!ledger) {
      await saveTemplate(ctx.db, {
        hash: observed.templateHash,
        sealed: ctx.sealer.seal(JSON.stringify(observed.template)),
      });
    }
    const saved = await saveChange(ctx.db, draft);
    written.push(saved.id);
    byRevision.set(observed.revision, { ...draft, id: saved.id, carries: [] });
  }
  await saveHealth(ctx.db, { source, deployment, at: input.at });
  return written;
}

function deployOf(change: Change): DeployDetails | null {
  return change.details.kind === "deploy" ? change.details : null;
}

function revisionBefore(revision: number, ledger: Change[]): Change | null {
  let best: Change | null = null;
  for (const change of ledger) {
    const candidate = deployOf(change)?.revision ?? 0;
    if (candidate < revision && candidate > (best ? (deployOf(best)?.revision ?? 0) : 0)) {
      best = change;
    }
  }
  return best;
}

async function draftFor(
  ctx: Recorder,
  input: RecordDeploymentInput,
  observed: ObservedRevision,
  context: { ledger: Change | null; before: Change | null; marks: Set<string | null | undefined> },
): Promise<ChangeDraft> {
  const { deployment, source } = input;
  const { ledger, before, marks } = context;
  const was = before ? deployOf(before) : null;
  const isLive = deployment.revision === observed.revision;
  const earlier = ledger ? deployOf(ledger) : null;
  const commit = earlier?.commit
    ? { sha: earlier.commit, from: earlier.commitFrom }
    : await findCommit(ctx, input, observed);
  // A new revision may be told in front of its number. Whoever writes the same later hasn't put it live.
  const isWritten = isLive || (!ledger && observed.templateHash === deployment.templateHash);
  const writer = earlier?.writtenBy ?? (isWritten ? deployment.writtenBy?.manager : null);
  const details: DeployDetails = {
    kind: "deploy",
    namespace: deployment.namespace,
    deployment: deployment.name,
    uid: deployment.uid,
    revision: observed.revision,
    previousRevision: was?.revision ?? null,
    images: observed.images.map((image) => ({
      ...image,
      was: was?.images.find((other) => other.container === image.container)?.image ?? null,
    })),
    // `kubectl set env --record` keeps the whole command there, with what was set.
    changeCause: observed.changeCause === null ? null : redactText(observed.changeCause).text,
    commit: commit?.sha ?? null,
    commitFrom: commit?.from ?? null,
    previousCommit: was?.commit ?? null,
    templateChanges: earlier?.templateChanges ?? (await changesSince(ctx, was, observed)),
    templateHash: observed.templateHash,
    rollout: isLive ? liveRollout(deployment) : finishedRollout(earlier),
    returnsTo: earlier?.returnsTo ?? observed.earlierRevisions.at(-1) ?? null,
    restorationId: earlier ? earlier.restorationId : newMark(observed, marks),
    ...(writer ? { writtenBy: writer } : {}),
  };
  const at = ledger?.at ?? becameLive(input, observed, before).toISOString();
  return {
    kind: "deploy",
    source,
    naturalKey: `${deployment.uid}:${observed.revision}`,
    subject: `${deployment.namespace}/${deployment.name}`,
    services: servicesOf(input),
    title: was
      ? `${deployment.name} ${was.revision} → ${observed.revision}`
      : `${deployment.name} ${observed.revision}`,
    environment: null,
    at,
    completedAt: ledger?.completedAt ?? completedAt(input, isLive, at),
    actor: null,
    url: input.url,
    details,
  };
}

function servicesOf({ services, source, deployment }: RecordDeploymentInput): string[] {
  return services
    .filter((service) =>
      service.deployments.some(
        (ref) =>
          ref.source === source &&
          ref.namespace === deployment.namespace &&
          ref.name === deployment.name,
      ),
    )
    .map((service) => service.name);
}

/**
 * A new ReplicaSet is created when its revision goes live. A reused one is old, so for it we take when
 * its template was written or the rollout moved, whichever came first, or else our own observation. What
 * the cluster tells in front of the revision's number still speaks of the rollout before: that is floored.
 */
function becameLive(
  input: RecordDeploymentInput,
  observed: ObservedRevision,
  before: Change | null,
): Date {
  const created = new Date(observed.createdAt);
  if (observed.earlierRevisions.length === 0) return created;
  const { deployment } = input;
  const floor = before ? Date.parse(before.completedAt ?? before.at) : created.getTime();
  const isLive = deployment.revision === observed.revision;
  const isWritten = isLive || observed.templateHash === deployment.templateHash;
  if (!isWritten) return new Date(floor);
  const told = [deployment.writtenBy?.at, isLive ? deployment.rollout.updatedAt : null]
    .flatMap((at) => (at ? [Date.parse(at)] : []))
    .filter((at) => at > floor);
  if (told.length > 0) return new Date(Math.min(...told));
  // Before anybody watched, nothing better is known than that it came after the one before.
  return before ? new Date(Math.max(floor, input.at.getTime())) : new Date(floor);
}

function completedAt(input: RecordDeploymentInput, isLive: boolean, at: string): string | null {
  if (!isLive) return at;
  if (input.deployment.rollout.state !== "complete") return null;
  const moved = input.deployment.rollout.updatedAt;
  return moved && moved > at ? moved : input.at.toISOString() > at ? (moved ?? at) : at;
}

function liveRollout(deployment: ObservedDeployment): DeployDetails["rollout"] {
  switch (deployment.rollout.state) {
    case "complete":
      return "complete";
    case "stuck":
      return "stuck";
    case "rolling":
    case "paused":
      return "rolling";
    default:
      return deployment.rollout.state satisfies never;
  }
}

function finishedRollout(earlier: DeployDetails | null): DeployDetails["rollout"] {
  return earlier && earlier.rollout !== "complete" ? "superseded" : "complete";
}

/**
 * Annotations are inherited by later rollouts, so a Restoration's mark counts only on the first
 * revision that carries it.
 */
function newMark(observed: ObservedRevision, marks: Set<string | null | undefined>): string | null {
  const mark = observed.annotations["known-good.dev/restoration"] ?? null;
  return mark && !marks.has(mark) ? mark : null;
}

async function changesSince(
  ctx: Recorder,
  was: DeployDetails | null,
  observed: ObservedRevision,
): Promise<string[]> {
  if (!was) return [];
  const before = await openTemplate(ctx, was.templateHash);
  return before ? compareTemplates(before, observed.template) : [];
}

async function findCommit(
  ctx: Recorder,
  input: RecordDeploymentInput,
  observed: ObservedRevision,
): Promise<{ sha: string; from: DeployDetails["commitFrom"] } | null> {
  const found = commitOf(observed);
  if (!found) return null;
  if ("commit" in found) return { sha: found.commit, from: found.from };
  const repository = input.services.find((service) =>
    servicesOf(input).includes(service.name),
  )?.repository;
  if (!repository) return null;
  const [merge] = await mergesOf(ctx.db, {
    source: repository.source,
    repository: repository.name,
    numbers: [found.pullNumber],
  });
  return merge?.details.kind === "merge"
    ? { sha: merge.details.mergeCommit, from: "pull-request" }
    : null;
}

function isSame(ledger: Change, draft: ChangeDraft): boolean {
  return (
    ledger.completedAt === draft.completedAt &&
    ledger.services.join() === draft.services.join() &&
    ledger.title === draft.title &&
    isDeepStrictEqual(ledger.details, draft.details)
  );
}
