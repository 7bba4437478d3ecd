import "server-only";
import type { CorrectIncidentInput, Incident } from "@/lib/contracts/incident";
import { thawFreezes } from "@/lib/freezes/thaw-store";
import { listLooseEnds } from "@/lib/loose-ends/list-loose-ends";
import { answeredPresses, answeredSince, unansweredPress } from "@/lib/loose-ends/store";
import { blocking } from "@/lib/rules/find-loose-ends";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import type { Database, Transaction } from "@/lib/server/db";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { refuseFuture, refuseUnknown } from "./declare-incident";
import { getIncident } from "./get-incident";
import { refuseUndrillable } from "./refuse-undrillable";
import { type IncidentPatch, insertEntry, updateIncident } from "./store";

/** So many loose ends are named where they keep an incident open. */
const MOST_NAMED = 3;
/** So long a lever's answer is waited for; one that is lost for good keeps no incident open. */
const ANSWERED_WITHIN_MS = 5 * 60_000;

type Correction = CorrectIncidentInput & { id: string };

/**
 * Corrects what is known of an incident or moves it on; resolving it thaws its freezes. Each correction
 * is a timeline entry that keeps what was there before. Refusal `stale` when somebody changed it since
 * `version`, `bad-start` for a start of harm in the future, `unknown-service` for a service that isn't
 * there, `not-drillable` for one that joins a drill and may not be drilled, `loose-ends` when it is to be
 * resolved while something that was restored is still open and nobody waived it, or while a lever that
 * was just pulled has no answer yet.
 */
export async function correctIncident(ctx: Ctx, input: Correction): Promise<Incident> {
  const { number, incident } = await getIncident(ctx, input.id);
  const now = ctx.now();
  refuseFuture(input.harmBeganAt, now);
  const added = input.services?.filter((name) => !incident.services.includes(name)) ?? [];
  if (added.length > 0) await refuseUnknown(ctx, added);
  if (incident.isDrill && added.length > 0) await refuseUndrillable(ctx, added);
  const { patch, words } = corrections(incident, input, { now, by: ctx.actor.name });
  if (words.length === 0) return incident;
  // In front of the list of what is open, so that whatever answers after it is seen as new.
  const known = patch.status === "resolved" ? await answeredPresses(ctx.db, number) : [];
  if (patch.status === "resolved") {
    await refuseUnanswered(ctx.db, { number, incident, now });
    await refuseLooseEnds(ctx, number, incident);
  }
  let thawed: string[] = [];
  const corrected = await ctx.db.$transaction(async (tx) => {
    const updated = await updateIncident(tx, { number, version: input.version }, patch);
    if (!updated) return null;
    if (patch.status === "resolved") await refusePressed(tx, { number, incident, known, now });
    for (const text of words) {
      await insertEntry(tx, {
        incidentNumber: number,
        kind: input.status ? "status" : "correction",
        at: now,
        text: `${ctx.actor.name} ${text}`,
        by: ctx.actor.name,
      });
    }
    if (input.status === "resolved") {
      const thaw = { because: "resolved" as const, by: ctx.actor.name, actorId: ctx.actor.id };
      thawed = await thawFreezes(tx, { incidentNumber: number }, { ...thaw, at: now });
    }
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: "correct-incident",
      subject: incident.id,
      detail: { words },
      at: now,
    });
    return updated;
  });
  if (!corrected) {
    throw new Refusal(
      "stale",
      409,
      `${incident.id} was changed by somebody else meanwhile. Look at it again, then repeat.`,
    );
  }
  ctx.publish("incident", incident.id);
  ctx.publish("incidents");
  if (thawed.length > 0) {
    ctx.publish("freezes");
    nudge("holds");
  }
  return corrected;
}

async function refuseLooseEnds(ctx: Ctx, number: number, { id }: Incident): Promise<void> {
  const open = blocking(await listLooseEnds(ctx, number));
  if (open.length === 0) return;
  const many = open.length === 1 ? "One loose end is" : `${open.length} loose ends are`;
  const named = open.slice(0, MOST_NAMED).map(({ sentence }) => sentence);
  const more = open.length > MOST_NAMED ? ` And ${open.length - MOST_NAMED} more.` : "";
  const sentence = `${many} open: ${named.join(" ")}${more} Close what is open, or waive it with a reason, then resolve ${id}.`;
  throw new Refusal("loose-ends", 409, sentence);
}

/**
 * In the transaction that resolves: a press that comes between is seen by it, one without an answer as
 * well as one that has it since what is open was listed.
 */
async function refusePressed(
  tx: Transaction,
  {
    number,
    incident,
    known,
    now,
  }: { number: number; incident: Incident; known: number[]; now: Date },
): Promise<void> {
  await refuseUnanswered(tx, { number, incident, now });
  const answered = await answeredSince(tx, { incidentNumber: number, known });
  if (!answered) return;
  const { id } = incident;
  const sentence = `${answered.id} (${answered.label}) was answered at this moment. Look at what it leaves open, then resolve ${id}.`;
  throw new Refusal("loose-ends", 409, sentence);
}

/** What it leaves open isn't known before it has answered, so that nothing could be said of it. */
async function refuseUnanswered(
  db: Database | Transaction,
  { number, incident: { id }, now }: { number: number; incident: Incident; now: Date },
): Promise<void> {
  const since = new Date(now.getTime() - ANSWERED_WITHIN_MS);
  const press = await unansweredPress(db, { incidentNumber: number, since });
  if (!press) return;
  const sentence = `${press.id} (${press.label}) was just pulled and has no answer yet, so what it leaves open isn’t known. Wait for it, then resolve ${id}.`;
  throw new Refusal("loose-ends", 409, sentence);
}

function corrections(
  incident: Incident,
  input: Correction,
  { now, by }: { now: Date; by: string },
): { patch: IncidentPatch; words: string[] } {
  const patch: IncidentPatch = {};
  const words: string[] = [];
  if (input.title !== undefined && input.title !== incident.title) {
    patch.title = input.title;
    words.push(`renamed it from “${incident.title}”`);
  }
  if (input.severity !== undefined && input.severity !== incident.severity) {
    patch.severity = input.severity;
    words.push(`changed severity ${incident.severity} → ${input.severity}`);
  }
  if (input.services && input.services.join() !== incident.services.join()) {
    patch.services = input.services;
    words.push(`changed services ${incident.services.join(", ")} → ${input.services.join(", ")}`);
  }
  if (input.commander !== undefined && input.commander !== incident.commander) {
    patch.commander = input.commander;
    words.push(input.commander === by ? "took command" : `made ${input.commander} the commander`);
  }
  if (input.harmBeganAt && input.harmBeganAt !== incident.harmBeganAt) {
    patch.harmBeganAt = new Date(input.harmBeganAt);
    patch.harmBeganFrom = "person";
    words.push(`corrected the start of harm ${incident.harmBeganAt} → ${input.harmBeganAt}`);
  }
  if (input.status && input.status !== incident.status) {
    patch.status = input.status;
    words.push(statusWords(input.status));
    if (input.status === "declared") Object.assign(patch, { restoredAt: null, resolvedAt: null });
    if (input.status === "restored") Object.assign(patch, { restoredAt: now, resolvedAt: null });
    if (input.status === "resolved") {
      Object.assign(patch, { resolvedAt: now, restoredAt: incident.restoredAt ?? now });
    }
  }
  return { patch, words };
}

function statusWords(status: "declared" | "restored" | "resolved"): string {
  switch (status) {
    case "declared":
      return "reopened it: harm goes on";
    case "restored":
      return "says that customers are no longer hurt";
    case "resolved":
      return "resolved it";
    default:
      return status satisfies never;
  }
}
