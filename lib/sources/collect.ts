import "server-only";
import type { Actor } from "@/lib/contracts/role";
import { examineDueIncidents } from "@/lib/incidents/examine-due-incidents";
import { SourceError } from "@/lib/integrations/source-error";
import { keepKnownGood } from "@/lib/known-good/keep-known-good";
import { refreshFacts } from "@/lib/recovery/refresh-facts";
import { advanceReverts, type RunningReverts } from "@/lib/restorations/advance-reverts";
import { followRestorations } from "@/lib/restorations/follow-restorations";
import { draftFollowUps } from "@/lib/retros/draft-follow-ups";
import { followIssues } from "@/lib/retros/follow-issues";
import { startDueRetros } from "@/lib/retros/start-due-retros";
import type { ConnectedSource, Ctx } from "@/lib/server/context";
import { issuesOf, mergesOf, onFollowerNudge, onNudge } from "@/lib/server/nudge";
import { collectCode } from "./collect-code";
import { collectDeploys } from "./collect-deploys";
import { collectFlags } from "./collect-flags";
import { followFrozen, followOpenMerges } from "./follow-frozen";
import { followKept } from "./follow-kept";
import { repeat } from "./repeat";
import { SourceHealth } from "./source-health";
import { dropLease, leaseOfProcess, takeLease } from "./store";
import { succeedGone } from "./succeed-gone";

const LEASE_SECONDS = 15;
const FLAGS_EVERY_MS = 2_000;
const CODE_EVERY_MS = 10_000;
const ISSUES_EVERY_MS = 10_000;
const SIGNALS_EVERY_MS = 10_000;
const RESTORATIONS_EVERY_MS = 500;
const REVERTS_EVERY_MS = 1_000;
const INCIDENTS_EVERY_MS = 500;
const RETROS_EVERY_MS = 2_000;
const KNOWN_GOOD_EVERY_MS = 5_000;
const FACTS_EVERY_MS = 10_000;
const RETRY_MS = 3_000;
/** Their leases. */
const KNOWN_GOOD = "known-good";
const REVERTS = "reverts";

const SYSTEM: Actor = { id: "system", name: "Known Good", role: "admin", via: "system" };

/**
 * Starts what runs beside requests: one collector a source and the follower of Restorations, each under
 * a lease, so that of several replicas one does the work. Returns a function that stops them all and
 * waits until they have.
 */
export function startCollectors(
  base: Omit<Ctx, "actor">,
  options: { isAlone: boolean; evidenceDays: number },
): () => Promise<void> {
  const ctx: Ctx = { ...base, actor: SYSTEM };
  const stop = new AbortController();
  const running = ctx.sources
    .all()
    .flatMap((source) => [
      collectSource(ctx, source, stop.signal),
      collectIssues(ctx, source, stop.signal),
      followOpenMerges(ctx, source, { seconds: LEASE_SECONDS }, stop.signal),
    ]);
  const following = repeat(
    async () => {
      if (await holds(ctx, "restorations")) await followRestorations(ctx, options);
    },
    {
      everyMs: RESTORATIONS_EVERY_MS,
      signal: stop.signal,
      onError: (error) => ctx.log.error({ err: error }, "restorations can't be followed"),
    },
  );
  // Apart from following them: a code source that takes its time keeps no Restoration waiting.
  const reverts: RunningReverts = new Map();
  const advancing = repeat(
    async () => {
      if (await holds(ctx, REVERTS)) await advanceReverts(ctx, reverts, options);
    },
    {
      everyMs: REVERTS_EVERY_MS,
      signal: stop.signal,
      onError: (error) => ctx.log.error({ err: error }, "reverts can't be taken further"),
    },
  );
  onFollowerNudge("restorations", following.nudge);
  // Without a lease: whoever looks at an incident puts it off for the others first.
  const examinations = new Set<Promise<void>>();
  const examining = repeat(
    async () => {
      await examineDueIncidents(ctx, examinations);
    },
    {
      everyMs: INCIDENTS_EVERY_MS,
      signal: stop.signal,
      onError: (error) => ctx.log.error({ err: error }, "due incidents can't be looked for"),
    },
  );
  const succeeding = succeedGone(ctx, options, stop.signal);
  const freezes = followFrozen(ctx, stop.signal);
  const kept = followKept(ctx, { days: options.evidenceDays }, stop.signal);
  // Without a lease: whoever is second finds the retro begun. A silent signal keeps nobody waiting.
  const failedDrafts = new Map<number, number>();
  const drafting = repeat(
    async () => {
      await startDueRetros(ctx, failedDrafts);
      await draftFollowUps(ctx);
    },
    {
      everyMs: RETROS_EVERY_MS,
      signal: stop.signal,
      onError: (error) => ctx.log.error({ err: error }, "due retros can't be looked for"),
    },
  );
  const keeping = repeat(
    async () => {
      if (await holds(ctx, KNOWN_GOOD)) await keepKnownGood(ctx);
    },
    {
      everyMs: KNOWN_GOOD_EVERY_MS,
      signal: stop.signal,
      onError: (error) => ctx.log.error({ err: error }, "known good states can't be computed"),
    },
  );
  // So that whoever looks at the history rarely waits for what happened since.
  const counting = repeat(
    async () => {
      await refreshFacts(ctx, stop.signal);
    },
    {
      everyMs: FACTS_EVERY_MS,
      signal: stop.signal,
      onError: (error) => ctx.log.error({ err: error }, "the history can't be brought up to date"),
    },
  );
  return async () => {
    stop.abort();
    await Promise.all([...running, following.done, examining.done, drafting.done, counting.done]);
    await Promise.all([keeping.done, advancing.done, succeeding]);
    await Promise.all(reverts.values());
    await Promise.all(examinations);
    await freezes();
    await kept();
    const sources = ctx.sources.all().map(({ name }) => name);
    const names = [
      ...sources.flatMap((name) => [`source:${name}`, issuesOf(name), mergesOf(name)]),
      "restorations",
      KNOWN_GOOD,
      REVERTS,
      leaseOfProcess(ctx.instance),
    ];
    await Promise.all(names.map((name) => dropLease(ctx.db, name, ctx.instance)));
  };
}

async function holds(ctx: Ctx, name: string): Promise<boolean> {
  const epoch = await takeLease(ctx.db, { name, holder: ctx.instance, seconds: LEASE_SECONDS });
  return epoch !== null;
}

function collectSource(ctx: Ctx, source: ConnectedSource, signal: AbortSignal): Promise<void> {
  const health = new SourceHealth(ctx, source);
  const { name, product, adapter } = source;
  const options = { signal, onError: (error: unknown) => health.failed(error) };
  const turn = (everyMs: number, look: () => Promise<void>) => {
    const repeated = repeat(
      async () => {
        if (await holds(ctx, `source:${name}`)) await look();
      },
      { everyMs, ...options },
    );
    onNudge(name, repeated.nudge);
    return repeated.done.then(() => health.settled());
  };
  switch (adapter.kind) {
    case "deploys":
      return turn(RETRY_MS, () =>
        whileHeld(ctx, `source:${name}`, signal, (held) =>
          collectDeploys(ctx, { name, adapter }, health, held),
        ),
      );
    case "flags":
      return turn(FLAGS_EVERY_MS, () =>
        collectFlags(ctx, { name, product, kind: "flags", adapter }, health),
      );
    case "code":
      return turn(CODE_EVERY_MS, () => collectCode(ctx, { name, adapter }, health));
    case "signals":
      return turn(SIGNALS_EVERY_MS, async () => {
        await adapter.check();
        health.live(ctx.now());
      });
    default:
      return adapter satisfies never;
  }
}

/** Follows the issues of a code source on its own, so that a closed one shows at once. */
async function collectIssues(
  ctx: Ctx,
  { name, adapter }: ConnectedSource,
  signal: AbortSignal,
): Promise<void> {
  if (adapter.kind !== "code") return;
  const following = repeat(
    async () => {
      if (await holds(ctx, issuesOf(name))) await followIssues(ctx, { name, adapter });
    },
    {
      everyMs: ISSUES_EVERY_MS,
      signal,
      // That the source is away is told by who reads its repositories.
      onError: (error) =>
        error instanceof SourceError
          ? ctx.log.debug({ err: error, source: name }, "issues can't be followed")
          : ctx.log.error({ err: error, source: name }, "issues can't be followed"),
    },
  );
  onNudge(issuesOf(name), following.nudge);
  await following.done;
}

/** Runs `work` and renews its lease meanwhile; the signal it gets aborts when the lease is lost. */
async function whileHeld(
  ctx: Ctx,
  name: string,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const held = AbortSignal.any([signal, lost.signal]);
  const renewing = repeat(
    async () => {
      if (!(await holds(ctx, name))) lost.abort();
    },
    {
      everyMs: (LEASE_SECONDS * 1000) / 3,
      signal: held,
      onError: () => lost.abort(),
    },
  );
  try {
    await work(held);
  } finally {
    lost.abort();
    await renewing.done;
  }
}
