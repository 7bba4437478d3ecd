import "server-only";
import { Hold } from "@/lib/contracts/hold";
import { openKeyOf } from "@/lib/rules/freeze-holds";
import type { Database } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import type { HoldJob } from "./job-store";

type Row = Prisma.HoldGetPayload<Record<string, never>>;

/** "H-31" → 31; null when it isn't a hold's id. */
export function holdNumber(id: string): number | null {
  const number = /^H-(\d{1,9})$/i.exec(id)?.[1];
  return number ? Number(number) : null;
}

export function toHold(row: Row): Hold {
  return Hold.parse({
    id: `H-${row.number}`,
    layer: row.layer,
    source: row.source,
    subject: row.subject,
    state: row.state,
    sentence: row.sentence,
    who: row.who,
    endsByItself: row.endsByItself,
    commands: row.commands,
    url: row.url,
    at: row.at.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
  });
}

/**
 * Notes that something is asked for once more that was answered with a no: if its answer never comes, it
 * may be held after all. What it says, and since when, stays until there is an answer.
 */
export async function noteAsking(db: Database, number: number): Promise<void> {
  await db.hold.updateMany({
    where: { number, openKey: { not: null }, state: "not-held" },
    data: { state: "asked" },
  });
}

/** Opens a closed hold again: it turned out to be held after all. Somebody else's new one stands for both. */
export async function reopenHold(db: Database, job: HoldJob, now: Date): Promise<void> {
  const { layer, source, subject } = job.hold;
  if (source === null) return;
  const openKey = openKeyOf(layer, source, subject);
  await db.$executeRaw`
    UPDATE "Hold" SET "openKey" = ${openKey}, "state" = 'releasing', "dueAt" = ${now}::timestamptz
     WHERE "number" = ${job.number} AND "openKey" IS NULL
       AND NOT EXISTS (SELECT FROM "Hold" WHERE "openKey" = ${openKey})`;
}

/** Of how many branches of a code source merges are held. */
export function openMergeHolds(db: Database, source: string): Promise<number> {
  return db.hold.count({ where: { layer: "github", source, openKey: { not: null } } });
}

/** Of these open keys, those that something is held under. */
export async function openKeysAmong(db: Database, openKeys: string[]): Promise<Set<string>> {
  const rows = await db.hold.findMany({
    where: { openKey: { in: openKeys } },
    select: { openKey: true },
  });
  return new Set(rows.flatMap(({ openKey }) => openKey ?? []));
}
