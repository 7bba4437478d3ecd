import "server-only";
import type { Database } from "@/lib/server/db";

/**
 * Names of people who might lead a retro: who led one of late, then who may respond, then who commanded
 * incidents of late. Some come up more than once.
 */
export async function knownPeople(db: Database): Promise<string[]> {
  const [led, users, commanded] = await Promise.all([
    db.retro.findMany({
      where: { facilitator: { not: null } },
      orderBy: { incidentNumber: "desc" },
      take: 20,
      select: { facilitator: true },
    }),
    db.user.findMany({
      where: { name: { not: null }, role: { in: ["responder", "admin"] } },
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
      take: 100,
      select: { name: true },
    }),
    db.incident.findMany({
      where: { commander: { not: null } },
      orderBy: { number: "desc" },
      take: 50,
      select: { commander: true },
    }),
  ]);
  return [
    ...led.map(({ facilitator }) => facilitator),
    ...users.map(({ name }) => name),
    ...commanded.map(({ commander }) => commander),
  ].flatMap((name) => name ?? []);
}
