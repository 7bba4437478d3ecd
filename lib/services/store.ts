import "server-only";
import { Service } from "@/lib/contracts/service";
import type { Database } from "@/lib/server/db";

/** Services found by annotations, by name. */
export async function discoveredServices(db: Database): Promise<Service[]> {
  const rows = await db.discoveredService.findMany({ orderBy: { name: "asc" } });
  return rows.flatMap((row) => {
    const parsed = Service.safeParse(row.spec);
    return parsed.success ? [parsed.data] : [];
  });
}

export async function saveDiscovered(
  db: Database,
  found: { service: Service; source: string; at: Date },
): Promise<void> {
  const data = { spec: found.service, source: found.source, seenAt: found.at };
  await db.discoveredService.upsert({
    where: { name: found.service.name },
    create: { name: found.service.name, ...data },
    update: data,
  });
}

export async function forgetDiscovered(db: Database, name: string): Promise<void> {
  await db.discoveredService.deleteMany({ where: { name } });
}
