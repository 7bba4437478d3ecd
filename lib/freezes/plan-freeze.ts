import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { DeploymentRef } from "@/lib/contracts/service";
import { claimedByFreeze, claimHolds } from "@/lib/holds/claim-store";
import { SourceError } from "@/lib/integrations/source-error";
import {
  deploymentsOf,
  type HoldTarget,
  holdsOf,
  layerOfOwner,
  openKeyOf,
  subjectOf,
} from "@/lib/rules/freeze-holds";
import type { PlanProblem } from "@/lib/rules/freeze-words";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { listServices } from "@/lib/services/list-services";
import { inBatches } from "./in-batches";
import { letRevertsThrough } from "./let-reverts-through";
import { seenDeployments } from "./seen-store";
import { type FreezeRow, notePlanned } from "./store";

/** What is deployed changes while it is frozen. */
const AGAIN_AFTER_MS = 60_000;
const AFTER_OUTAGE_MS = 10_000;
const AT_ONCE = 16;
/** So long merges wait to be held for the reverts among them to be found. */
const REVERTS_WITHIN_MS = 1_500;

export type FreezePlan = { targets: HoldTarget[]; problems: PlanProblem[] };

/**
 * Works out what a freeze holds, and has it asked for. Safe to do twice: what is claimed stays claimed,
 * and what somebody let go of by hand stays free.
 */
export async function planFreeze(ctx: Ctx, freeze: FreezeRow): Promise<void> {
  const known = await claimedByFreeze(ctx.db, freeze.number);
  const simple = await targetsKnown(ctx, freeze.services);
  // What is known at once isn't kept waiting by a source that hangs.
  await claimNew(
    ctx,
    freeze,
    simple.filter(({ layer }) => layer !== "github"),
    known,
  );
  const holding = freeze.planProblems === null ? holdMerges(ctx, freeze, simple, known) : null;
  const { targets, problems } = await findOwners(ctx, freeze.services);
  await claimNew(ctx, freeze, targets, known);
  await (holding ?? claimNew(ctx, freeze, simple, known));
  const nextAt = new Date(
    ctx.now().getTime() + (problems.length === 0 ? AGAIN_AFTER_MS : AFTER_OUTAGE_MS),
  );
  const isNews = freeze.planProblems === null || !isDeepStrictEqual(freeze.planProblems, problems);
  await notePlanned(ctx.db, freeze.number, { problems, nextAt });
  if (isNews) publishFreeze(ctx, freeze);
}

/** The cure first: reverts that are open already are let through before merges are held. */
async function holdMerges(
  ctx: Ctx,
  freeze: FreezeRow,
  simple: HoldTarget[],
  known: Claimed,
): Promise<void> {
  const letting = letRevertsThrough(ctx, freeze).catch((error: unknown) => {
    ctx.log.error({ err: error, freeze: freeze.id }, "open reverts can't be let through");
  });
  await Promise.race([letting, sleep(REVERTS_WITHIN_MS)]);
  await claimNew(
    ctx,
    freeze,
    simple.filter(({ layer }) => layer === "github"),
    known,
  );
}

type Claimed = Awaited<ReturnType<typeof claimedByFreeze>>;

/** Has open browsers read a freeze again. */
export function publishFreeze(
  ctx: Pick<Ctx, "publish">,
  { id, incidentNumber }: Pick<FreezeRow, "id" | "incidentNumber">,
): void {
  ctx.publish("freezes", id);
  if (incidentNumber !== null) ctx.publish("incident", `INC-${incidentNumber}`);
}

/** What can be told without asking a source. */
export async function targetsKnown(ctx: Ctx, services: string[]): Promise<HoldTarget[]> {
  const isThere = ({ source, layer }: HoldTarget) => {
    const found = ctx.sources.all().find(({ name }) => name === source)?.adapter;
    // What a product can't hold is no hold that failed.
    return layer === "github" ? found?.kind === "code" : found?.kind === "deploys";
  };
  return holdsOf(services, await worldOf(ctx)).filter(isThere);
}

/** Who keeps the Deployments as they are, as their clusters say now; those that can't be asked are named. */
export async function findOwners(ctx: Ctx, services: string[]): Promise<FreezePlan> {
  const deployments = deploymentsOf(services, await worldOf(ctx));
  const found = await inBatches(deployments, AT_ONCE, (ref) => ownersOf(ctx, ref));
  const targets = found.flatMap(({ targets: its }) => its);
  const keyed = targets.map((one): [string, HoldTarget] => [keyOf(one), one]);
  return {
    targets: [...new Map(keyed).values()],
    problems: found.flatMap(({ problems }) => problems),
  };
}

async function worldOf(ctx: Ctx) {
  const [services, known] = await Promise.all([listServices(ctx), seenDeployments(ctx.db)]);
  return { services, known };
}

async function ownersOf(ctx: Ctx, { source, namespace, name }: DeploymentRef): Promise<FreezePlan> {
  const connected = ctx.sources.all().find((one) => one.name === source)?.adapter;
  if (connected?.kind !== "deploys" || !connected.guard) return { targets: [], problems: [] };
  try {
    const owners = await connected.guard.owners({ namespace, name });
    const targets = owners.flatMap(({ kind, namespace: where, name: who, pausing }) => {
      const layer = layerOfOwner(kind);
      if (layer === null || pausing.state === "unneeded") return [];
      return [{ source, layer, detail: { kind, namespace: where, name: who } }];
    });
    return { targets, problems: [] };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (error.code === "not-found") return { targets: [], problems: [] };
    const subject = `${namespace}/${name}`;
    return { targets: [], problems: [{ source, subject, sentence: error.sentence }] };
  }
}

function keyOf(target: HoldTarget): string {
  return openKeyOf(target.layer, target.source, subjectOf(target, null));
}

async function claimNew(
  ctx: Ctx,
  freeze: FreezeRow,
  targets: HoldTarget[],
  known: Claimed,
): Promise<void> {
  const isNew = (target: HoldTarget) => {
    const subject = subjectOf(target, freeze.id);
    const claimed = known.find(
      ({ layer, source, subject: its }) =>
        layer === target.layer && source === target.source && its === subject,
    );
    if (!claimed) return true;
    return !claimed.isDropped && !isDeepStrictEqual(claimed.detail, target.detail);
  };
  const fresh = targets.filter(isNew);
  if (fresh.length === 0) return;
  const now = ctx.now();
  const { number: freezeNumber } = freeze;
  const due = { now, dueAt: now, taker: null };
  await ctx.db.$transaction((tx) => claimHolds(tx, fresh, { freezeNumber }, due));
  publishFreeze(ctx, freeze);
  nudge("holds");
}
