import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Freeze, FreezeInput } from "@/lib/contracts/freeze";
import { getIncident } from "@/lib/incidents/get-incident";
import { insertEntry } from "@/lib/incidents/store";
import { frozenInWords, untilInWords } from "@/lib/rules/freeze-words";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { isUniqueViolation } from "@/lib/server/unique-violation";
import { getFreeze } from "./get-freeze";
import { holdOpen } from "./incident-store";
import { planFreeze, publishFreeze } from "./plan-freeze";
import { readCovered } from "./read-covered";
import { type FreezeDraft, type FreezeRow, findByPress, insertFreeze, isAnswered } from "./store";

export type FreezeOptions = {
  /** The same press sent again finds the freeze that it made. */
  pressKey?: string | null;
  /** How long is waited for what is to be held; what isn't by then goes on. */
  waitMs?: number;
};

const WAIT_MS = 4_000;
const LOOK_EVERY_MS = 25;
const LOOK_MOST_MS = 200;
/** If this process dies before it has worked out what to hold, another does from then on. */
const PLANNED_WITHIN_MS = 10_000;

/**
 * Freezes the deliveries of services until a time. The wish is written first; then what it holds is
 * worked out and asked for, and the answer says what is held by then. Refusals: `unknown-service`,
 * `unknown-incident`, `incident-closed`, `key-reused` (422) for a key that made another freeze.
 */
export async function freeze(
  ctx: Ctx,
  input: FreezeInput,
  options: FreezeOptions = {},
): Promise<{ freeze: Freeze; isNew: boolean }> {
  const deadline = Date.now() + (options.waitMs ?? WAIT_MS);
  const pressKey = options.pressKey ?? null;
  const pressHash = pressKey === null ? null : hashOf(input);
  const earlier = pressKey === null ? null : await findByPress(ctx.db, pressKey);
  if (earlier) return repeated(ctx, earlier, pressHash);
  const services = await readCovered(ctx, input.services);
  const incidentNumber =
    input.incidentId === null ? null : await openIncident(ctx, input.incidentId);
  let row: FreezeRow;
  try {
    row = await write(ctx, { ...input, services, incidentNumber, pressKey, pressHash });
  } catch (error) {
    const theirs =
      pressKey !== null && isUniqueViolation(error) ? await findByPress(ctx.db, pressKey) : null;
    if (!theirs) throw error;
    return repeated(ctx, theirs, pressHash);
  }
  publishFreeze(ctx, row);
  const planning = planFreeze(ctx, row).catch((error: unknown) => {
    ctx.log.error({ err: error, freeze: row.id }, "what a freeze holds can't be worked out yet");
  });
  await Promise.race([planning, sleep(Math.max(0, deadline - Date.now()))]);
  await waitForHolds(ctx, row.number, deadline);
  return { freeze: await getFreeze(ctx, { id: row.id }), isNew: true };
}

/** Until every hold has an answer, or the deadline. */
async function waitForHolds(ctx: Ctx, number: number, deadline: number): Promise<void> {
  for (let waitMs = LOOK_EVERY_MS; !(await isAnswered(ctx.db, number)); waitMs *= 1.2) {
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) return;
    await sleep(Math.min(waitMs, leftMs, LOOK_MOST_MS));
  }
}

type Wish = FreezeInput &
  Pick<FreezeDraft, "pressKey" | "pressHash"> & { incidentNumber: number | null };

function write(
  ctx: Ctx,
  { services, reason, minutes, incidentNumber, pressKey, pressHash }: Wish,
): Promise<FreezeRow> {
  const now = ctx.now();
  const until = new Date(now.getTime() + minutes * 60_000);
  const by = ctx.actor.name;
  return ctx.db.$transaction(async (tx) => {
    if (incidentNumber !== null && !(await holdOpen(tx, incidentNumber))) {
      throw closed(`INC-${incidentNumber}`, "resolved");
    }
    const row = await insertFreeze(tx, {
      ...{ services, reason, by, incidentNumber, createdAt: now, until, pressKey, pressHash },
      planDueAt: new Date(now.getTime() + PLANNED_WITHIN_MS),
      plannedBy: ctx.instance,
    });
    if (incidentNumber !== null) {
      const what = `deliveries of ${frozenInWords(services)}`;
      const text = `${by} froze ${what} until ${untilInWords(until.toISOString())} (${row.id}): ${reason}`;
      await insertEntry(tx, { incidentNumber, kind: "freeze", at: now, text, by });
    }
    await appendAudit(tx, {
      ...{ actor: ctx.actor.id, action: "freeze", subject: row.id, at: now },
      detail: { services, reason, until: until.toISOString(), incidentNumber },
    });
    return row;
  });
}

async function openIncident(ctx: Ctx, id: string): Promise<number> {
  const { number, incident } = await getIncident(ctx, id);
  if (incident.status === "resolved" || incident.status === "reviewed") {
    throw closed(incident.id, incident.status);
  }
  return number;
}

function closed(id: string, status: string): Refusal {
  return new Refusal(
    "incident-closed",
    409,
    `${id} is ${status}: a freeze for it would be thawed at once. Freeze without an incident, or reopen it first.`,
  );
}

/** What a press said, whatever becomes of the freeze that it made. */
function hashOf({ services, reason, minutes, incidentId }: FreezeInput): string {
  const said = JSON.stringify([[...new Set(services)].sort(), reason, minutes, incidentId]);
  return createHash("sha256").update(said).digest("hex");
}

async function repeated(ctx: Ctx, row: FreezeRow, pressHash: string | null) {
  if (row.pressHash !== pressHash) {
    throw new Refusal(
      "key-reused",
      422,
      `This Idempotency-Key was sent before with another body and made ${row.id}, which stays as it is. Send what this body says under a new key, or change ${row.id}.`,
    );
  }
  return { freeze: await getFreeze(ctx, { id: row.id }), isNew: false };
}
