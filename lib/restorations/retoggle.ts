import "server-only";
import { flagSnapshot } from "@/lib/changes/flag-store";
import { getChange } from "@/lib/changes/get-change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { RetoggleTarget } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { RetogglePlan } from "@/lib/integrations/flag-source";
import { flagChangeInWords, flagStateInWords, rolloutPercent } from "@/lib/rules/flag-words";
import { durationInWords } from "@/lib/rules/say";
import type { Undoing } from "@/lib/rules/undone";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { flagInCode } from "./flag-in-code";
import type { Lever } from "./lever";
import { type Plan, resourceOf } from "./plan";
import { seenMismatch } from "./rollback";
import { findJob, type Job, restorationNumber, serialOf } from "./store";

type FlagPlan = Extract<Plan, { lever: "retoggle" }>;

/** Turn a flag off or on, or bring its strategies, percentage, variants and segments back. */
export const retoggle: Lever<RetoggleTarget> = {
  async look(ctx, target) {
    const source = ctx.sources.get("flags", target.source);
    const plan = await planFor(ctx, target);
    const [preview, serial, service, code] = await Promise.all([
      source.previewRetoggle(target, plan),
      serialOf(ctx.db, resourceOf(target)),
      serviceOf(ctx, target),
      flagInCode(ctx, target, turnOf(plan)),
    ]);
    const change = flagChangeInWords(preview.live.state, preview.after);
    const isThere = preview.blockers.some((blocker) => blocker.code === "unchanged");
    const already = `${target.key} is already ${flagStateInWords(preview.live.state)}`;
    return {
      label: isThere ? already : labelOf(target.key, plan, preview.live.state),
      confirm: `Confirm: ${target.key} ${change} in ${target.environment}`,
      sentence: isThere
        ? `${already} in ${target.environment}.`
        : `Set ${target.key} ${change} in ${target.environment}.`,
      blockers: preview.blockers,
      warnings: [...preview.warnings, ...code.warnings],
      checks: [...preview.checks, ...code.checks],
      touches: touches(preview.live.state, preview.after),
      leaves: ["the code stays deployed", "other flags, versions and configuration as they are"],
      seen: { lever: "retoggle", fingerprint: preview.live.fingerprint, serial },
      service,
    };
  },

  async prepare(ctx, target, seen) {
    if (seen.lever !== "retoggle") throw seenMismatch();
    const source = ctx.sources.get("flags", target.source);
    const isPlain = target.to.state === "off" || target.to.state === "on";
    const live = isPlain ? source.readSince(target, seen.fingerprint) : undefined;
    // Awaited only when the lever acts; until then a failure must not count as unhandled.
    live?.catch(() => undefined);
    const [plan, before, service] = await Promise.all([
      planFor(ctx, target),
      stateSeen(ctx, target, seen.fingerprint),
      serviceOf(ctx, target),
    ]);
    const after = plan.to === "state" ? plan.state : null;
    return {
      plan: {
        lever: "retoggle",
        seenFingerprint: seen.fingerprint,
        before,
        after,
        enabled: plan.to === "state" ? plan.state.enabled : plan.to === "on",
        afterFingerprint: null,
      },
      label: labelOf(target.key, plan, before),
      service,
      url: source.urlOf(target),
      ...(live ? { live } : {}),
    };
  },

  async act(ctx, target, job, prepared) {
    const plan = planOf(job);
    const answer = await ctx.sources.get("flags", target.source).retoggle({
      project: target.project,
      key: target.key,
      environment: target.environment,
      plan: retogglePlan(plan),
      seen: plan.seenFingerprint,
      restorationId: job.restoration.id,
      ...(prepared.live ? { live: await prepared.live } : {}),
    });
    if (answer.outcome !== "accepted") return answer;
    return {
      outcome: "accepted",
      at: new Date(answer.at),
      sentence: `Accepted: ${target.key} ${flagChangeInWords(answer.before.state, answer.flag.state)}`,
      plan: { ...plan, before: answer.before.state, afterFingerprint: answer.flag.fingerprint },
    };
  },

  async observe(ctx, target, job) {
    const plan = planOf(job);
    const source = ctx.sources.get("flags", target.source);
    const live = await source.read(target);
    if (isAsLeft(plan, live)) {
      return {
        state: "in-effect",
        at: ctx.now(),
        sentence: `Read back: ${target.key} is ${flagStateInWords(live.state)}; applications notice within ${durationInWords(source.propagationMs)}`,
        plan: { ...plan, afterFingerprint: live.fingerprint },
      };
    }
    return {
      state: "failed",
      code: "superseded",
      sentence: `Somebody changed ${target.key} since: it is ${flagStateInWords(live.state)} now.`,
      undoing: { by: null, changeId: null, ...whatWasDone(plan, target.key, live.state) },
    };
  },

  async settle(ctx, target, job) {
    const plan = planOf(job);
    const source = ctx.sources.get("flags", target.source);
    const wanted = await source.previewRetoggle(target, retogglePlan(plan));
    const now = flagStateInWords(wanted.live.state);
    if (wanted.live.fingerprint === plan.seenFingerprint) {
      return {
        found: "not-applied",
        sentence: `Read back: ${target.key} is as it was, ${now}. Nothing was done`,
      };
    }
    const isReached = wanted.blockers.some((blocker) => blocker.code === "unchanged");
    if (isReached) {
      return {
        found: "applied",
        sentence: `Read back: ${target.key} is ${now}, as asked`,
        plan: { ...plan, afterFingerprint: wanted.live.fingerprint },
      };
    }
    return {
      found: "not-applied",
      sentence: `Read back: ${target.key} is ${now}, neither as it was nor as asked. Look again, then pull`,
    };
  },
};

function planOf(job: Job): FlagPlan {
  if (job.plan.lever !== "retoggle") throw new Error(`${job.restoration.id} is no retoggle`);
  return job.plan;
}

/** Whether a flag is as a Restoration left it. */
export function isAsLeft(plan: FlagPlan, live: { fingerprint: string; state: FlagState }): boolean {
  return (
    live.fingerprint === plan.afterFingerprint ||
    (plan.after === null && live.state.enabled === plan.enabled)
  );
}

/** What somebody did to a flag that isn't as a Restoration left it. */
export function whatWasDone(
  plan: FlagPlan,
  key: string,
  now: FlagState,
): Pick<Undoing, "did" | "takesBack"> {
  const words = flagStateInWords(now);
  const takesBack = plan.before
    ? words === flagStateInWords(plan.before)
    : now.enabled !== plan.enabled;
  return { did: takesBack ? `turned ${key} back ${words}` : `turned ${key} ${words}`, takesBack };
}

/** What is about to be done to a flag, in words, and whether customers lose the feature by it. */
function turnOf(plan: RetogglePlan): { doing: string; isTurningOff: boolean } {
  if (plan.to !== "state") {
    return { doing: `turning it ${plan.to}`, isTurningOff: plan.to === "off" };
  }
  const isTurningOff = !plan.state.enabled || (rolloutPercent(plan.state) ?? 100) < 100;
  return { doing: "changing it", isTurningOff };
}

function retogglePlan(plan: FlagPlan): RetogglePlan {
  if (plan.after) return { to: "state", state: plan.after };
  return { to: plan.enabled ? "on" : "off" };
}

async function planFor(ctx: Ctx, target: RetoggleTarget): Promise<RetogglePlan> {
  switch (target.to.state) {
    case "off":
    case "on":
      return { to: target.to.state };
    case "before": {
      const change = await getChange(ctx, target.to.changeId);
      const details = change.details;
      if (
        details.kind !== "flag" ||
        details.key !== target.key ||
        change.source !== target.source
      ) {
        throw new Refusal(
          "bad-target",
          422,
          "That change is no change of this flag. Reload the page and look again.",
        );
      }
      if (!details.before) {
        throw new Refusal(
          "unknown-before",
          409,
          `The ledger doesn't know what ${target.key} was before. Turn it off instead.`,
        );
      }
      return { to: "state", state: details.before };
    }
    case "recorded": {
      const number = restorationNumber(target.to.restorationId);
      const job = number === null ? null : await findJob(ctx.db, number);
      if (job?.plan.lever !== "retoggle" || job.resource !== resourceOf(target)) {
        throw new Refusal(
          "bad-target",
          422,
          "That Restoration is none of this flag. Reload the page and look again.",
        );
      }
      if (job.plan.before) return { to: "state", state: job.plan.before };
      return { to: job.plan.enabled ? "off" : "on" };
    }
    default:
      return target.to satisfies never;
  }
}

/** What the flag was when it was seen, from memory or else from the ledger; null when neither knows. */
async function stateSeen(
  ctx: Ctx,
  target: RetoggleTarget,
  fingerprint: string,
): Promise<FlagState | null> {
  const recalled = ctx.sources.get("flags", target.source).recall(fingerprint);
  if (recalled) return recalled;
  const snapshot = await flagSnapshot(ctx.db, target.source, target);
  return snapshot?.fingerprint === fingerprint ? snapshot.state : null;
}

/** The service whose flag it is; those of the file come first and cost no question. */
async function serviceOf(ctx: Ctx, target: RetoggleTarget): Promise<string | null> {
  const isIts = ({ flags }: Service) =>
    flags?.source === target.source &&
    flags.project === target.project &&
    flags.environment === target.environment &&
    (flags.keys === undefined || flags.keys.includes(target.key));
  return (ctx.fileServices.find(isIts) ?? (await listServices(ctx)).find(isIts))?.name ?? null;
}

function labelOf(key: string, plan: RetogglePlan, from: FlagState | null): string {
  if (plan.to !== "state") return `Turn ${key} ${plan.to}`;
  if (from === null) return `Set ${key} back to ${flagStateInWords(plan.state)}`;
  return `Set ${key} ${flagChangeInWords(from, plan.state)}`;
}

function touches(live: FlagState, after: FlagState): string {
  const now = rolloutPercent(live);
  const then = rolloutPercent(after);
  if (now !== null && then !== null && now > then) {
    return `${now - then}\u00a0% of customers lose the feature`;
  }
  if (now !== null && then !== null && now < then) {
    return `${then - now}\u00a0% of customers get the feature`;
  }
  return "only customers who have the feature";
}
