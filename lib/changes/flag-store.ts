import "server-only";
import { FlagState } from "@/lib/contracts/flag-state";
import type { ObservedFlag } from "@/lib/integrations/flag-source";
import { asJson } from "@/lib/server/as-json";
import type { Database } from "@/lib/server/db";

export type FlagSnapshot = { state: FlagState; fingerprint: string; observedAt: Date };

/** What each flag of a scope was when last looked at, by key. */
export async function flagSnapshots(
  db: Database,
  source: string,
  scope: { project: string; environment: string },
): Promise<Map<string, FlagSnapshot>> {
  const { project, environment } = scope;
  const rows = await db.flagSnapshot.findMany({ where: { source, project, environment } });
  return new Map(
    rows.map((row) => [
      row.key,
      {
        state: FlagState.parse(row.state),
        fingerprint: row.fingerprint,
        observedAt: row.observedAt,
      },
    ]),
  );
}

/** What one flag was when last looked at, or null. */
export async function flagSnapshot(
  db: Database,
  source: string,
  flag: { project: string; key: string; environment: string },
): Promise<(Pick<FlagSnapshot, "state" | "fingerprint"> & { observedAt: Date }) | null> {
  const { project, key, environment } = flag;
  const row = await db.flagSnapshot.findUnique({
    where: { source_project_key_environment: { source, project, key, environment } },
    select: { state: true, fingerprint: true, observedAt: true },
  });
  if (!row) return null;
  const { fingerprint, observedAt } = row;
  return { state: FlagState.parse(row.state), fingerprint, observedAt };
}

export async function saveFlagSnapshot(
  db: Database,
  snapshot: { source: string; flag: ObservedFlag; at: Date },
): Promise<void> {
  const { project, key, environment, state, fingerprint, archived } = snapshot.flag;
  const where = { source: snapshot.source, project, key, environment };
  const data = { state: asJson(state), fingerprint, archived, observedAt: snapshot.at };
  await db.flagSnapshot.upsert({
    where: { source_project_key_environment: where },
    create: { ...where, ...data },
    update: data,
  });
}

/** Clocks of the product and ours may differ by this much. */
const SKEW_MS = 5_000;
/** An act whose answer never came was made within this time. */
const UNANSWERED_MS = 20_000;

/**
 * The Restoration that made a flag event, if one did: the latest on this flag that was under way then,
 * from when it was asked until the product accepted. What comes later is somebody else's.
 */
export async function restorationOfFlag(
  db: Database,
  query: { resource: string; at: Date },
): Promise<string | null> {
  const at = query.at.getTime();
  const rows = await db.restoration.findMany({
    where: {
      resource: query.resource,
      lever: "retoggle",
      naturalKey: { not: null },
      askedAt: { gte: new Date(at - UNANSWERED_MS - SKEW_MS), lte: new Date(at + SKEW_MS) },
    },
    orderBy: { number: "desc" },
    select: { number: true, acceptedAt: true },
    take: 5,
  });
  const row = rows.find(
    ({ acceptedAt }) => acceptedAt === null || acceptedAt.getTime() + SKEW_MS >= at,
  );
  return row ? `R-${row.number}` : null;
}

/** Keys of every flag ever seen, to look for in diffs. */
export async function allFlagKeys(db: Database): Promise<string[]> {
  const rows = await db.flagSnapshot.findMany({ distinct: ["key"], select: { key: true } });
  return rows.map((row) => row.key);
}
