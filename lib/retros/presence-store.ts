import "server-only";
import type { Database } from "@/lib/server/db";

export type Present = { person: string; name: string; section: string | null };

/** Who was heard of since a moment, by name; at most 100. */
export async function peoplePresent(
  db: Database,
  incidentNumber: number,
  since: Date,
): Promise<Present[]> {
  return db.retroPresence.findMany({
    where: { incidentNumber, seenAt: { gt: since } },
    orderBy: [{ name: "asc" }, { person: "asc" }],
    take: 100,
    select: { person: true, name: true, section: true },
  });
}

/** Keeps one row a person, in one statement: the same person may have two pages open. */
export async function keepPerson(
  db: Database,
  row: Present & { incidentNumber: number; seenAt: Date },
): Promise<void> {
  const { incidentNumber, person, name, section, seenAt } = row;
  await db.$executeRaw`
    INSERT INTO "RetroPresence" ("incidentNumber", "person", "name", "section", "seenAt")
    VALUES (${incidentNumber}, ${person}, ${name}, ${section}, ${seenAt.toISOString()}::timestamptz)
    ON CONFLICT ("incidentNumber", "person") DO UPDATE SET
      "name" = EXCLUDED."name", "section" = EXCLUDED."section", "seenAt" = EXCLUDED."seenAt"`;
}
