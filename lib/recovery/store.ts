import "server-only";
import type { Severity } from "@/lib/contracts/incident";
import type { LooseEndKind } from "@/lib/contracts/loose-end";
import type { DeliveryRow, RecoveryQuery, RestoredBy } from "@/lib/contracts/recovery";
import type { Database } from "@/lib/server/db";
import { Prisma } from "@/lib/server/generated/prisma/client";
import type { Period } from "./period";

/** A restored incident, as the history reads it. Milliseconds; a phase that isn't known is -1. */
export type RestoredRow = {
  number: number;
  at: number;
  ms: number;
  lever: RestoredBy;
  severity: Severity;
  services: string[];
  isDrill: boolean;
  phases: number[];
  given: number;
  followed: number;
  right: number;
  looseEnds: LooseEndKind[];
};

export type RecoveryFilter = Pick<RecoveryQuery, "service" | "lever" | "severity" | "drills">;

/**
 * Restored incidents declared in a period or in the one before it, oldest first. They come as one
 * JSON text: thousands of rows cost the embedded engine far less that way.
 */
export async function restoredRows(
  db: Database,
  { before, to }: Pick<Period, "before" | "to">,
  filter: RecoveryFilter,
): Promise<RestoredRow[]> {
  const wanted = [
    Prisma.sql`"at" >= ${before.toISOString()}::timestamptz`,
    Prisma.sql`"at" < ${to.toISOString()}::timestamptz`,
    Prisma.sql`"ms" IS NOT NULL`,
  ];
  if (filter.service) wanted.push(Prisma.sql`${filter.service} = ANY("services")`);
  if (filter.lever) wanted.push(Prisma.sql`"lever" = ${filter.lever}`);
  if (filter.severity) wanted.push(Prisma.sql`"severity" = ${filter.severity}`);
  if (filter.drills !== "with") wanted.push(Prisma.sql`"isDrill" = ${filter.drills === "only"}`);
  const [row] = await db.$queryRaw<{ list: string | null }[]>`
    SELECT json_agg(json_build_array("incidentNumber", (date_part('epoch', "at") * 1000)::bigint,
      "ms", "lever", "severity", "services", "isDrill", "phases", "given", "followed", "right",
      "looseEnds"))::text AS "list"
    FROM "RecoveryFact" WHERE ${Prisma.join(wanted, " AND ")}`;
  const list: Tuple[] = JSON.parse(row?.list ?? "[]");
  const rows = list.map(
    ([
      number,
      at,
      ms,
      lever,
      severity,
      services,
      isDrill,
      phases,
      given,
      followed,
      right,
      ends,
    ]) => ({
      number,
      at,
      ms,
      lever,
      severity,
      services,
      isDrill,
      phases,
      given,
      followed,
      right,
      looseEnds: ends,
    }),
  );
  return rows.sort((a, b) => a.at - b.at || a.number - b.number);
}

type Tuple = [
  RestoredRow["number"],
  RestoredRow["at"],
  RestoredRow["ms"],
  RestoredRow["lever"],
  RestoredRow["severity"],
  RestoredRow["services"],
  RestoredRow["isDrill"],
  RestoredRow["phases"],
  RestoredRow["given"],
  RestoredRow["followed"],
  RestoredRow["right"],
  RestoredRow["looseEnds"],
];

/** How many incidents the ledger has in all. */
export async function countIncidents(db: Database): Promise<number> {
  return db.incident.count();
}

/** Deploys of one service and role, in a period or in the one before it. Durations in any order. */
export type DeliveryTally = {
  service: string;
  isNow: boolean;
  role: DeliveryRow["role"];
  n: number;
  leads: number[];
  recoveries: number[];
};

/** What the delivery measures are computed from, for all services or one. */
export async function deliveryTallies(
  db: Database,
  { before, from, to }: Period,
  service: string | undefined,
): Promise<DeliveryTally[]> {
  const one = service ? Prisma.sql`AND "service" = ${service}` : Prisma.empty;
  const [row] = await db.$queryRaw<{ list: string | null }[]>`
    SELECT json_agg(tally)::text AS "list" FROM (
      SELECT "service", "at" >= ${from.toISOString()}::timestamptz AS "isNow", "role",
             count(*)::int AS "n",
             coalesce(array_agg("leadMs") FILTER (WHERE "leadMs" IS NOT NULL), '{}') AS "leads",
             coalesce(array_agg("recoveryMs") FILTER (WHERE "recoveryMs" IS NOT NULL), '{}') AS "recoveries"
        FROM "DeliveryFact"
       WHERE "at" >= ${before.toISOString()}::timestamptz AND "at" < ${to.toISOString()}::timestamptz ${one}
       GROUP BY 1, 2, 3) tally`;
  return JSON.parse(row?.list ?? "[]");
}

/** When the ledger begins: before that, that nothing was deployed is not known. */
export async function ledgerBegins(db: Database): Promise<Date | null> {
  const first = await db.change.findFirst({
    orderBy: [{ at: "asc" }, { id: "asc" }],
    select: { at: true },
  });
  return first?.at ?? null;
}

export type DeliveryRowQuery = Pick<Period, "from" | "to"> & {
  service: string | undefined;
  roles: DeliveryRow["role"][];
  /** Only rows with a lead time. */
  withLead: boolean;
  after: { at: Date; key: string } | null;
  limit: number;
};

/** Rows that delivery measures are made of, newest first. */
export async function deliveryRows(db: Database, query: DeliveryRowQuery): Promise<DeliveryRow[]> {
  const { after } = query;
  const [changeId = "", service = ""] = after?.key.split("~") ?? [];
  const rows = await db.deliveryFact.findMany({
    where: {
      ...(query.service ? { service: query.service } : {}),
      role: { in: query.roles },
      at: { gte: query.from, lt: query.to },
      ...(query.withLead ? { leadMs: { not: null } } : {}),
      ...(after
        ? {
            OR: [
              { at: { lt: after.at } },
              { at: after.at, changeId: { lt: changeId } },
              { at: after.at, changeId, service: { lt: service } },
            ],
          }
        : {}),
    },
    orderBy: [{ at: "desc" }, { changeId: "desc" }, { service: "desc" }],
    take: query.limit,
  });
  return rows.map(({ changeId, service, at, title, role, leadMs, recoveryMs, because }) => ({
    changeId,
    service,
    at: at.toISOString(),
    title,
    role: role === "failed" || role === "rework" ? role : "normal",
    leadMs,
    recoveryMs,
    because,
  }));
}
