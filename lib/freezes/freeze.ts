import "server-only";
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
import { planFreeze, publishFreeze } from "./plan-freeze";
import { readCovered } from "./read-covered";
import { type FreezeRow, findByPress, insertFreeze } from "./store";

export type FreezeOptions = {
  /** The same press sent again finds the freeze that it made. */
  pressKey?: string | null;
  /** How long is waited for what is to be held; what isn't by then goes on. */
  waitMs?: number;
};

const WAIT_MS = 4_000;
const LOOK_EVERY_MS = 50;
/** If this process dies before it has worked out what to hold, another does from then on. */
const PLANNED_WITHIN_MS = 10_000;

/**
 * Freezes the deliveries of services until a time. The wish is written first; then what it holds is
 * worked out and asked for, and the answer says what is held by then. Refusals: `unknown-service`,
 * `unknown-incident`, `incident-closed`, `key-reused` for a key that made another freeze.
 */
export async function freeze(
  ctx: Ctx,
  input: FreezeInput,
  options: FreezeOptions = {},
): Promise<{ freeze: Freeze; isNew: boolean }> {
  const deadline = Date.now() + (options.waitMs ?? WAIT_MS);
  const pressKey = options.pressKey ?? null;
  const earlier = pressKey === null ? null : await findByPress(ctx.db, pressKey);
  if (earlier) return repeated(ctx, earlier, input);
  const services = await readCovered(ctx, input.services);
  const incidentNumber =
    input.incidentId === null ? null : await openIncident(ctx, input.incidentId);
  let row: FreezeRow;
  try {
    row = await write(ctx, { ...input, services, incidentNumber, pressKey });
  } catch (error) {
    const theirs =
      pressKey !== null && isUniqueViolation(error) ? await findByPress(ctx.db, pressKey) : null;
    if (!theirs) throw error;
    return repeated(ctx, theirs, input);
  }
  publishFreeze(ctx, row);
  const planning = planFreeze(ctx, row).catch((error: unknown) => {
    ctx.log.error({ err: error, freeze: row.id }, "what a freeze holds can't be worked out yet");
  });
  await Promise.race([planning, sleep(Math.max(0, deadline - Date.now()))]);
  return { freeze: await waitForHolds(ctx, row.id, deadline), isNew: true };
}

/** The freeze as it is once every hold has an answer, or at the deadline. */
async function waitForHolds(ctx: Ctx, id: string, deadline: number): Promise<Freeze> {
  for (let waitMs = LOOK_EVERY_MS; ; waitMs = Math.min(waitMs * 1.5, 400)) {
    const found = await getFreeze(ctx, { id });
    const isAnswered = found.holds.every(({ state }) => state !== "asked");
    const leftMs = deadline - Date.now();
    if (isAnswered || leftMs <= 0) return found;
    await sleep(Math.min(waitMs, leftMs));
  }
}

type Wish = FreezeInput & { incidentNumber: number | null; pressKey: string | null };

function write(
  ctx: Ctx,
  { services, reason, minutes, incidentNumber, pressKey }: Wish,
): Promise<FreezeRow> {
  const now = ctx.now();
  const until = new Date(now.getTime() + minutes * 60_000);
  const by = ctx.actor.name;
  return ctx.db.$transaction(async (tx) => {
    const row = await insertFreeze(tx, {
      ...{ services, reason, by, incidentNumber, createdAt: now, until, pressKey },
      planDueAt: new Date(now.getTime() + PLANNED_WITHIN_MS),
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
    throw new Refusal(
      "incident-closed",
      409,
      `${incident.id} is ${incident.status}: a freeze for it would be thawed at once. Freeze without an incident, or reopen it first.`,
    );
  }
  return number;
}

async function repeated(ctx: Ctx, row: FreezeRow, input: FreezeInput) {
  const isSame =
    row.reason === input.reason &&
    [...row.services].sort().join("\n") === [...new Set(input.services)].sort().join("\n");
  if (!isSame) {
    throw new Refusal(
      "key-reused",
      409,
      `This press was sent before with other words and made ${row.id}. Freeze anew.`,
    );
  }
  return { freeze: await getFreeze(ctx, { id: row.id }), isNew: false };
}
