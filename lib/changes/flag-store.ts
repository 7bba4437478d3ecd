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

/**
 * The Restoration that made a flag event, if one did: the latest that was asked on this flag shortly
 * before it. The product's own clock may differ from ours by a few seconds.
 */
export async function restorationOfFlag(
  db: Database,
  query: { resource: string; at: Date },
): Promise<string | null> {
  const row = await db.restoration.findFirst({
    where: {
      resource: query.resource,
      lever: "retoggle",
      naturalKey: { not: null },
      askedAt: {
        gte: new Date(query.at.getTime() - 20_000),
        lte: new Date(query.at.getTime() + 5_000),
      },
    },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  return row ? `R-${row.number}` : null;
}

/** Keys of every flag ever seen, to look for in diffs. */
export async function allFlagKeys(db: Database): Promise<string[]> {
  const rows = await db.flagSnapshot.findMany({ distinct: ["key"], select: { key: true } });
  return rows.map((row) => row.key);
}
