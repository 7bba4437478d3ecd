import "server-only";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RestoreInput, RestoreOutcome } from "@/lib/contracts/restoration";
import type { Service } from "@/lib/contracts/service";
import { unknownIncident } from "@/lib/incidents/get-incident";
import { incidentNumber } from "@/lib/incidents/store";
import { mayRestore, type Override } from "@/lib/rules/may-restore";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { isUniqueViolation } from "@/lib/server/unique-violation";
import { listServices } from "@/lib/services/list-services";
import { exceptCulprit } from "./culprit-blocker";
import { freezeWith } from "./freeze-with";
import type { Prepared } from "./lever";
import { leverOf } from "./lever-of";
import { readSeen, resourceOf, type Seen } from "./plan";
import { insertClaim, readGround } from "./press-store";
import { seenMismatch } from "./rollback";
import { settleAct } from "./settle-act";
import { findByNaturalKey, findByPress, type Job, latestOn } from "./store";

export type RestoreOptions = { putBackOf?: Job };

/**
 * Pulls a lever: load → may it be → claim → act → settle. The intent is written before the world is
 * touched, under a key made of what is pulled and what was seen of it: any number of presses make
 * one act, and the others are told whose it is. A crash leaves the claim, which the next start
 * settles by reading the world. Refusals: `incident-closed`, `not-drillable` (a drill's press on
 * another service), `bad-seen`, `changed` (the world isn't what was seen), `schema-incompatible` (the
 * ledger knows that it can't run, and nobody typed why it may), `not-recorded` (no intent, no act), and
 * whatever names the lever's blocker.
 */
export async function restore(
  ctx: Ctx,
  input: RestoreInput,
  options: RestoreOptions = {},
): Promise<RestoreOutcome> {
  const seen = readSeen(input.seen);
  if (!seen || seen.lever !== input.target.lever) throw seenMismatch();
  const resource = resourceOf(input.target);
  const lever = leverOf(input.target);
  const number = incidentNumber(input.incidentId);
  const [ground, prepared] = await Promise.all([
    number === null ? null : readGround(ctx.db, number, resource),
    lever.prepare(ctx, seen),
  ]);
  if (number === null || !ground) throw unknownIncident(input.incidentId);
  const verdict = mayRestore({
    ...ground,
    service: prepared.service,
    putBackOf: options.putBackOf?.restoration ?? null,
    blockers: options.putBackOf
      ? exceptCulprit(prepared.blockers ?? [])
      : (prepared.blockers ?? []),
    overrideReason: input.overrideReason ?? null,
  });
  if (!verdict.may) {
    const mine = await findByPress(ctx.db, input.key);
    if (mine) return repeated(mine, input);
    if (verdict.outcome === "refused") throw new Refusal(verdict.code, 409, verdict.because);
    const latest = await latestOn(ctx.db, resource);
    return {
      outcome: "already",
      sentence: verdict.because,
      restoration: latest?.restoration ?? null,
    };
  }
  const { overrides } = verdict;
  const claimed = await claim(ctx, {
    ...{ input, seen, resource, incidentNumber: number, prepared, options, overrides },
  });
  if ("outcome" in claimed) return claimed;
  ctx.publish("incident", ground.incident.id);
  if (input.freeze) {
    ctx.publish("freezes");
    nudge("freezes");
  }
  try {
    return await settleAct(ctx, claimed, () => lever.act(ctx, claimed, prepared));
  } finally {
    // Not before: it asks the same systems, and the press goes first. If that takes long, it is begun meanwhile.
    nudge("evidence");
  }
}

type Press = {
  input: RestoreInput;
  seen: Seen;
  resource: string;
  incidentNumber: number;
  prepared: Prepared;
  options: RestoreOptions;
  overrides: Override | null;
};

/**
 * What makes two presses the same act: the next Restoration on a resource after the one that the page
 * knew of. Wherever it leads, there is one, so two people can't pull one flag two ways at once.
 */
function naturalKeyOf({ seen, resource }: Press): string {
  return createHash("sha256").update(`${resource}\n${seen.serial}`).digest("base64url");
}

async function claim(ctx: Ctx, press: Press): Promise<Job | RestoreOutcome> {
  const { input, prepared, options, overrides } = press;
  const naturalKey = naturalKeyOf(press);
  const now = ctx.now();
  // A service that is no longer declared must not stand in the way of restoring what it left behind.
  const isIts = (one: Service) => one.name === prepared.service;
  const service = ctx.fileServices.find(isIts) ?? (await listServices(ctx)).find(isIts);
  const freeze = input.freeze ? await freezeWith(ctx, input, prepared, now) : null;
  try {
    const claimed = {
      incidentNumber: press.incidentNumber,
      target: input.target,
      label: prepared.label,
      service: prepared.service,
      suspectId: input.suspectId,
      by: ctx.actor.name,
      wasRecommended: input.wasRecommended,
      putBackOf: options.putBackOf?.number ?? null,
      pressKey: input.key,
      naturalKey,
      resource: press.resource,
      plan: overrides ? { ...prepared.plan, overridden: overrides } : prepared.plan,
      instance: ctx.instance,
      at: now,
      verifyForSeconds: service?.signal?.verifyForSeconds ?? null,
      url: prepared.url,
      ...{ overrides, freeze },
    };
    const written = await insertClaim(ctx.db, claimed, {
      actor: ctx.actor.id,
      action: `${input.target.lever}-asked`,
      detail: {
        ...{ incident: input.incidentId, target: input.target, label: prepared.label },
        ...(overrides ? { overrides } : {}),
      },
      at: now,
    });
    if (written) return written;
  } catch (error) {
    if (isUniqueViolation(error)) return claimedBefore(ctx, press, naturalKey);
    ctx.log.error({ err: error }, "a press could not be written down");
    throw new Refusal(
      "not-recorded",
      503,
      "It couldn't be written down, so nothing was done. Press again; if that fails too, use the commands of your tools.",
    );
  }
  throw closedMeanwhile(input.incidentId);
}

/** Somebody resolved it between the page's reading and the press. */
function closedMeanwhile(incidentId: string): Refusal {
  return new Refusal(
    "incident-closed",
    409,
    `${incidentId} was resolved at this moment, so nothing was done. Reopen it or declare a new incident first.`,
  );
}

async function claimedBefore(ctx: Ctx, press: Press, naturalKey: string): Promise<RestoreOutcome> {
  const mine = await findByPress(ctx.db, press.input.key);
  if (mine) return repeated(mine, press.input);
  const theirs =
    (await findByNaturalKey(ctx.db, naturalKey)) ?? (await latestOn(ctx.db, press.resource));
  if (!theirs) {
    throw new Refusal(
      "try-again",
      409,
      "Somebody pressed at the same time. Look again, then press.",
    );
  }
  const { restoration } = theirs;
  const doing =
    restoration.endedAt || restoration.inEffectAt ? "did this already" : "is doing this";
  return {
    outcome: "already",
    sentence: `${restoration.by} ${doing}: ${restoration.label} (${restoration.id}).`,
    restoration,
  };
}

/** The answer of the first time, also when it was a no. */
function repeated(mine: Job, input: RestoreInput): RestoreOutcome {
  const { restoration } = mine;
  const isSame =
    restoration.incidentId === input.incidentId &&
    isDeepStrictEqual(restoration.target, input.target);
  if (!isSame) {
    throw new Refusal(
      "key-reused",
      409,
      "This press was made before for something else. Press again.",
    );
  }
  const { failure } = restoration;
  if (failure && restoration.acceptedAt === null) {
    if (failure.code !== "unchanged") throw new Refusal(failure.code, 409, failure.sentence);
    return { outcome: "unchanged", sentence: failure.sentence, restoration };
  }
  return {
    outcome: "started",
    sentence: `${restoration.label} (${restoration.id}) was started by this press.`,
    restoration,
  };
}
