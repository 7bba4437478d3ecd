import "server-only";
import { isDeepStrictEqual } from "node:util";
import { attributeFailures } from "@/lib/rules/attribute-failures";
import { recoveryFact } from "@/lib/rules/recovery-fact";
import type { Ctx } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/db";
import { deploysOf, remakeDeliveryFacts, restorationsOf, saveRoles } from "./delivery-fact-store";
import {
  deleteMarks,
  isMarked,
  lockFacts,
  type Marks,
  markServices,
  oldestMarks,
  saveRecoveryFacts,
  servicesTouchedBy,
  sourcesOf,
} from "./fact-store";

/** So few that a batch holds the database for a tenth of a second. */
const BATCH = 500;

const LONGEST_MS = 60_000;

/**
 * Brings the facts of the history up to what the ledger says now: whatever the database has marked is
 * made anew from its rows. Called before every reading and now and then between; without marks it
 * costs one small statement. A signal that aborts ends it after a batch. Returns how many marks there
 * were.
 */
export async function refreshFacts(ctx: Pick<Ctx, "db">, signal?: AbortSignal): Promise<number> {
  if (!(await isMarked(ctx.db))) return 0;
  let done = 0;
  for (;;) {
    const count = await ctx.db.$transaction(
      async (tx) => {
        await lockFacts(tx);
        const marks = await oldestMarks(tx, BATCH);
        if (marks === null) return 0;
        // Read after the marks, so that what they tell of is there to be read.
        await remake(tx, marks);
        await deleteMarks(tx, marks.ids);
        return marks.ids.length;
      },
      { timeout: LONGEST_MS, maxWait: LONGEST_MS },
    );
    done += count;
    if (count === 0 || signal?.aborted) return done;
  }
}

async function remake(tx: Transaction, { kind, keys }: Marks): Promise<void> {
  if (kind === "deploy") await markServices(tx, await remakeDeliveryFacts(tx, keys));
  if (kind === "incident") await remakeIncidents(tx, keys.map(Number));
  if (kind === "service") for (const service of keys) await judgeService(tx, service);
}

async function remakeIncidents(tx: Transaction, numbers: number[]): Promise<void> {
  const sources = await sourcesOf(tx, numbers);
  const facts = sources.map((incident) => ({
    incident,
    fact: recoveryFact(incident, incident.firstAlertAt, incident.restorations, incident.left),
  }));
  if (facts.length > 0) await saveRecoveryFacts(tx, facts);
  await markServices(tx, await servicesTouchedBy(tx, numbers));
}

async function judgeService(tx: Transaction, service: string): Promise<void> {
  const deploys = await deploysOf(tx, service);
  const roles = attributeFailures(deploys, await restorationsOf(tx, service));
  const changed = deploys.flatMap(({ id, judged }) => {
    const role = roles.get(id);
    return role && !isDeepStrictEqual(role, judged) ? [{ ...role, id }] : [];
  });
  await saveRoles(tx, service, changed);
}
