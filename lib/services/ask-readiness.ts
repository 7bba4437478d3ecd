import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { flagSnapshots } from "@/lib/changes/flag-store";
import type { HoldPreview } from "@/lib/contracts/hold";
import type { Service } from "@/lib/contracts/service";
import type { ObservedDeployment } from "@/lib/integrations/deploy-source";
import { SourceError } from "@/lib/integrations/source-error";
import type { Asked, DeployFacts, LeverFacts, ReadinessFacts } from "@/lib/rules/judge-readiness";
import { getStandingReport } from "@/lib/schemas/get-standing-report";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { readSignal } from "./read-signal";

/** One answer is not waited for longer; a dead source makes one cell unknown, not the board slow. */
const ANSWER_MS = 4_000;
const SIGNAL_LOOK_MS = 10 * 60_000;

export type AskedOfSources = Pick<
  ReadinessFacts,
  "flags" | "deploys" | "code" | "signal" | "schema" | "deliveries" | "merges"
>;

/**
 * Asks every source of a service what its lever would do today, all at once and without pulling one.
 * Never rejects for a source: what isn't answered in time says so. `until` is the latest that any
 * answer is waited for, milliseconds since the epoch.
 */
export async function askReadiness(
  ctx: Ctx,
  service: Service,
  { lastMerge, until }: { lastMerge: number | null; until: number },
): Promise<AskedOfSources> {
  const ask = <T>(source: string, work: () => Promise<T>) => inTime(source, work, until);
  const { flags, repository, signal } = service;
  const places = new Map(service.deployments.map((one) => [`${one.source} ${one.namespace}`, one]));
  const [schema, flagsSay, codeSays, signalSays, merges, deliveries, deploys] = await Promise.all([
    // From the ledger: it was judged when the live version was delivered.
    getStandingReport(ctx, service),
    flags ? ask(flags.source, () => askFlags(ctx, flags)) : null,
    repository ? ask(repository.source, () => askCode(ctx, repository, lastMerge)) : null,
    signal ? ask(signal.source, () => askSignal(ctx, service)) : null,
    repository ? ask(repository.source, () => askMergeHold(ctx, repository)) : null,
    Promise.all([...places.values()].map((one) => ask(one.source, () => askHold(ctx, one)))),
    Promise.all(service.deployments.map((one) => ask(one.source, () => askDeploys(ctx, one)))),
  ]);
  return {
    ...{ flags: flagsSay, code: codeSays, signal: signalSays, deploys, schema },
    ...{ deliveries, merges },
  };
}

async function inTime<T>(source: string, work: () => Promise<T>, until: number): Promise<Asked<T>> {
  const left = Math.min(ANSWER_MS, until - Date.now());
  if (left <= 0) return { problem: `${source} wasn’t asked: others took too long. Look again.` };
  const patience = new AbortController();
  const late = sleep(left, null, { ref: false, signal: patience.signal }).then(
    () => ({ problem: `${source} didn’t answer within ${Math.ceil(left / 1_000)} s.` }),
    () => ({ problem: "" }),
  );
  const said = work().then(
    (value) => ({ said: value }),
    (error: unknown) => {
      if (error instanceof SourceError || error instanceof Refusal) {
        return { problem: error.sentence };
      }
      throw error;
    },
  );
  return Promise.race([said, late]).finally(() => patience.abort());
}

/** Of a flag that is on, turning it off; else of one that is off, turning it on. */
async function askFlags(ctx: Ctx, scope: NonNullable<Service["flags"]>): Promise<LeverFacts> {
  const { source, project, environment, keys } = scope;
  const known = [...(await flagSnapshots(ctx.db, source, scope))].filter(
    ([key]) => !keys || keys.includes(key),
  );
  const [key, snapshot] = known.find(([, { state }]) => state.enabled) ?? known[0] ?? [];
  if (key === undefined) {
    return { target: "Retoggle", blockers: [NO_FLAG], warnings: [] };
  }
  const preview = await ctx.sources
    .get("flags", source)
    .previewRetoggle({ project, environment, key }, { to: snapshot?.state.enabled ? "off" : "on" });
  return { target: key, blockers: preview.blockers, warnings: [] };
}

const NO_FLAG = {
  code: "no-flag",
  sentence: "None of its flags is known yet.",
  who: null,
  commands: [],
};

/** A dry run of the very rollback to the revision in front of the live one. */
async function askDeploys(
  ctx: Ctx,
  { source, namespace, name }: Service["deployments"][number],
): Promise<DeployFacts> {
  const adapter = ctx.sources.get("deploys", source);
  const live = await adapter.read({ namespace, name });
  const before = revisionsBefore(live);
  const previous = before.at(-1);
  const [{ blockers, warnings }, owners] = await Promise.all([
    adapter.previewRollback({ namespace, name }, previous?.template ?? live.template),
    adapter.guard?.owners({ namespace, name }) ?? [],
  ]);
  const owned = owners
    .filter(({ kind }) => kind !== "kubectl-apply")
    .map(({ kind, sentence }) => ({ code: `owned-by-${kind}`, sentence, unsafe: false }));
  const target = previous ? `${name} ${live.revision ?? ""} → ${previous.revision}` : name;
  const alone = previous ? [] : [NO_REVISION];
  return {
    ...{ target, deployment: name, kept: before.length, limit: live.revisionHistoryLimit },
    ...{ blockers: [...blockers, ...alone], warnings: [...owned, ...warnings] },
    owners,
  };
}

/** Whether a freeze would hold deliveries into a namespace. */
async function askHold(
  ctx: Ctx,
  { source, namespace }: Service["deployments"][number],
): Promise<HoldPreview> {
  const { guard, product } = ctx.sources.get("deploys", source);
  return (await guard?.previewDeliveryHold?.({ namespace })) ?? cantHold(source, product);
}

/** Whether a freeze would hold merges. */
async function askMergeHold(
  ctx: Ctx,
  { source, name, branch }: NonNullable<Service["repository"]>,
): Promise<HoldPreview> {
  const { guard, product } = ctx.sources.get("code", source);
  const preview = await guard?.previewMergeHold?.({ repository: name, branch });
  return preview ?? cantHold(source, product);
}

function cantHold(source: string, product: string): HoldPreview {
  return { would: "refuse", because: `${source} (${product}) can’t hold anything.`, who: null };
}

const NO_REVISION = {
  code: "no-history",
  sentence: "The cluster keeps no revision in front of the live one.",
  who: null,
  commands: [],
};

function revisionsBefore(live: ObservedDeployment): ObservedDeployment["revisions"] {
  return live.revisions.filter(({ templateHash }) => templateHash !== live.templateHash);
}

async function askCode(
  ctx: Ctx,
  { source, name }: NonNullable<Service["repository"]>,
  lastMerge: number | null,
): Promise<LeverFacts> {
  const adapter = ctx.sources.get("code", source);
  if (lastMerge === null) {
    await adapter.check();
    return { target: "Revert", blockers: [NO_MERGE], warnings: [] };
  }
  const { blockers, warnings } = await adapter.previewRevert(name, lastMerge);
  return { target: `#${lastMerge}, its newest merge`, blockers, warnings };
}

const NO_MERGE = {
  code: "no-merge",
  sentence: "No merge of the last 90 days is known.",
  who: null,
  commands: [],
};

async function askSignal(ctx: Ctx, service: Service): Promise<number | null> {
  const to = ctx.now();
  const from = new Date(to.getTime() - SIGNAL_LOOK_MS);
  const series = await readSignal(ctx, { service, from, to });
  const { points, knownAt, problem } = series;
  if (knownAt === null) throw new SourceError("unreachable", problem ?? "The signal is silent.");
  if (series.clockOff) throw new SourceError("invalid", `${series.clockOff}.`);
  return points.findLast(([, value]) => value !== null)?.[1] ?? null;
}
