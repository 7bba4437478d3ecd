import "server-only";
import * as z from "zod";
import type { SourceState } from "@/lib/contracts/source";
import type { Database } from "@/lib/server/db";
import { Prisma } from "@/lib/server/generated/prisma/client";

/** How far a source has been read; each kind keeps what it needs. */
export const Cursor = z.object({ readTo: z.iso.datetime().optional() });
export type Cursor = z.infer<typeof Cursor>;

export type StoredSource = {
  name: string;
  knownAt: Date | null;
  silentSince: Date | null;
  problem: string | null;
  rateLimit: SourceState["rateLimit"];
  cursor: Cursor;
};

export async function storedSources(db: Database): Promise<Map<string, StoredSource>> {
  const rows = await db.source.findMany();
  return new Map(
    rows.map((row) => [
      row.name,
      {
        name: row.name,
        knownAt: row.knownAt,
        silentSince: row.silentSince,
        problem: row.problem,
        rateLimit: row.rateLimit as SourceState["rateLimit"],
        cursor: Cursor.safeParse(row.cursor).data ?? {},
      },
    ]),
  );
}

/** Writes what a source says of itself now. */
export async function saveSource(
  db: Database,
  source: {
    name: string;
    kind: string;
    product: string;
    knownAt?: Date;
    silentSince?: Date | null;
    problem?: string | null;
    rateLimit?: SourceState["rateLimit"];
    cursor?: Cursor;
  },
): Promise<void> {
  const { name, rateLimit, ...rest } = source;
  const data = {
    ...rest,
    ...(rateLimit === undefined ? {} : { rateLimit: rateLimit ?? Prisma.DbNull }),
  };
  await db.source.upsert({ where: { name }, create: { name, ...data }, update: data });
}

/**
 * Takes or renews the lease `name` for `seconds`, by the database's own clock. Returns its epoch, or
 * null while somebody else holds it.
 */
export async function takeLease(
  db: Database,
  lease: { name: string; holder: string; seconds: number },
): Promise<number | null> {
  const { name, holder, seconds } = lease;
  const rows = await db.$queryRaw<{ epoch: number }[]>`
    INSERT INTO "Lease" ("name", "holder", "epoch", "until")
    VALUES (${name}, ${holder}, 1, now() + make_interval(secs => ${seconds}))
    ON CONFLICT ("name") DO UPDATE SET
      "holder" = ${holder},
      "epoch" = CASE WHEN "Lease"."holder" = ${holder} THEN "Lease"."epoch" ELSE "Lease"."epoch" + 1 END,
      "until" = now() + make_interval(secs => ${seconds})
    WHERE "Lease"."holder" = ${holder} OR "Lease"."until" < now()
    RETURNING "epoch"`;
  return rows[0]?.epoch ?? null;
}

/** Gives a lease up, so that a successor need not wait. */
export async function dropLease(db: Database, name: string, holder: string): Promise<void> {
  await db.lease.updateMany({ where: { name, holder }, data: { until: new Date(0) } });
}

const PROCESS = "process:";

/** What a process holds as long as it lives. */
export const leaseOfProcess = (instance: string) => `${PROCESS}${instance}`;

/** Processes that have not said for as long as they meant to that they live; `isAlone`: all others. */
export async function goneProcesses(
  db: Database,
  { instance, isAlone }: { instance: string; isAlone: boolean },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ holder: string }[]>`
    SELECT "holder" FROM "Lease"
     WHERE starts_with("name", ${PROCESS}) AND "holder" <> ${instance}
       AND (${isAlone}::boolean OR "until" < now())`;
  return rows.map(({ holder }) => holder);
}

/** Whether a process has said lately, for as long as it meant to, that it lives. */
export async function isThere(db: Database, instance: string): Promise<boolean> {
  const [row] = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Lease" WHERE "name" = ${leaseOfProcess(instance)} AND "until" >= now()`;
  return row !== undefined;
}

/** Gives up all that processes held that are gone, and forgets them. */
export async function dropGone(db: Database, gone: string[]): Promise<void> {
  await db.lease.updateMany({ where: { holder: { in: gone } }, data: { until: new Date(0) } });
  await db.lease.deleteMany({ where: { name: { in: gone.map(leaseOfProcess) } } });
}

/** Remembers a webhook delivery; false when it was seen before. */
export async function rememberDelivery(
  db: Database,
  delivery: { source: string; deliveryId: string; bodyHash: string },
): Promise<boolean> {
  const { count } = await db.webhookDelivery.createMany({ data: [delivery], skipDuplicates: true });
  return count > 0;
}
