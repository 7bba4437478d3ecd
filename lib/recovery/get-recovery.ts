import "server-only";
import { LeverKind } from "@/lib/contracts/lever";
import type {
  AdviceRecord,
  RecoveryGroup,
  RecoveryQuery,
  RecoverySplit,
  RecoveryView,
  RestoredBy,
} from "@/lib/contracts/recovery";
import { PhaseName } from "@/lib/contracts/recovery-phase";
import { freezeHours } from "@/lib/rules/freeze-hours";
import { LOOSE_ENDS } from "@/lib/rules/recovery-fact";
import { LEVER_NAMES, PHASE_NAMES } from "@/lib/rules/recovery-names";
import { compareGroup } from "@/lib/rules/recovery-statistics";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { frozenSpans } from "./freeze-store";
import { type Period, periodOf } from "./period";
import { refreshFacts } from "./refresh-facts";
import { countIncidents, type RestoredRow, restoredRows } from "./store";

const LEVERS: RestoredBy[] = [...LeverKind.options, "none"];

/**
 * The recovery history of a period, a year up to now unless told: every restored incident, and for
 * each split medians and P90 against the period before. Durations in milliseconds. Drills are left out
 * unless asked for. Refusal `bad-period`.
 */
export async function getRecovery(
  ctx: Pick<Ctx, "db" | "now" | "fileServices">,
  query: RecoveryQuery,
): Promise<RecoveryView> {
  const asked = ctx.now();
  const period = periodOf(query, asked);
  await refreshFacts(ctx);
  const services = await listServices(ctx);
  const titles = new Map(services.map(({ name, title }) => [name, title]));
  const rows = await restoredRows(ctx.db, period, query);
  const { now } = cut(rows, period);
  const frozen = await frozenSpans(ctx.db, period, { drills: query.drills, now: asked });
  const span = { from: period.from.getTime(), to: period.to.getTime() };
  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    dots: now.map((row) => ({
      incidentId: `INC-${row.number}`,
      at: new Date(row.at).toISOString(),
      ms: row.ms,
      lever: row.lever,
      severity: row.severity,
      services: row.services,
      isDrill: row.isDrill,
    })),
    groups: groupsOf(cut(rows, period), titles),
    advice: adviceOf(now),
    looseEnds: looseEndsOf(now),
    freezeHours: freezeHours(frozen, span, titles, query.service),
    recorded: await countIncidents(ctx.db),
  };
}

type Cut = { now: RestoredRow[]; before: RestoredRow[] };

function cut(rows: RestoredRow[], period: Period): Cut {
  const from = period.from.getTime();
  return {
    now: rows.filter((row) => row.at >= from),
    before: rows.filter((row) => row.at < from),
  };
}

function groupsOf(
  { now, before }: Cut,
  titles: ReadonlyMap<string, string>,
): Record<RecoverySplit, RecoveryGroup[]> {
  const group = (
    key: string,
    label: string,
    take: (row: RestoredRow) => number | null,
    things = "incidents",
  ) => compareGroup({ key, label, now: taken(now, take), before: taken(before, take), things });
  const whole = (isIn: (row: RestoredRow) => boolean) => (row: RestoredRow) =>
    isIn(row) ? row.ms : null;
  const levers = new Set([...now, ...before].map((row) => row.lever));
  const severities = new Set([...now, ...before].map((row) => row.severity));
  return {
    all: [group("all", "All incidents", (row) => row.ms)],
    lever: LEVERS.filter((lever) => levers.has(lever)).map((lever) =>
      group(
        lever,
        LEVER_NAMES[lever],
        whole((row) => row.lever === lever),
      ),
    ),
    phase: PhaseName.options.map((name, index) =>
      group(name, PHASE_NAMES[name], (row) => known(row.phases[index])),
    ),
    service: servicesIn(now, before).map((service) =>
      group(
        service,
        titles.get(service) ?? service,
        whole((row) => row.services.includes(service)),
      ),
    ),
    severity: [...severities].sort().map((severity) =>
      group(
        String(severity),
        `SEV${severity}`,
        whole((row) => row.severity === severity),
      ),
    ),
  };
}

function known(ms: number | undefined): number | null {
  return ms === undefined || ms < 0 ? null : ms;
}

/** Durations that `take` finds, rising. */
function taken(rows: RestoredRow[], take: (row: RestoredRow) => number | null): number[] {
  const found: number[] = [];
  for (const row of rows) {
    const ms = take(row);
    if (ms !== null) found.push(ms);
  }
  return [...Float64Array.from(found).sort()];
}

/** Services of these incidents; those hurt most often in this period first. */
function servicesIn(now: RestoredRow[], before: RestoredRow[]): string[] {
  const counts = new Map<string, number>();
  for (const row of before) for (const name of row.services) counts.set(name, 0);
  for (const row of now) {
    for (const name of row.services) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([name]) => name);
}

function adviceOf(rows: RestoredRow[]): AdviceRecord {
  const sum = (of: (row: RestoredRow) => number) => rows.reduce((all, row) => all + of(row), 0);
  const given = sum((row) => row.given);
  const followed = sum((row) => row.followed);
  return { given, followed, right: sum((row) => row.right), notFollowed: given - followed };
}

function looseEndsOf(rows: RestoredRow[]): RecoveryView["looseEnds"] {
  const counts = Map.groupBy(
    rows.flatMap((row) => row.looseEnds),
    (kind) => kind,
  );
  return [...counts]
    .map(([kind, all]) => ({ kind, label: LOOSE_ENDS[kind], n: all.length }))
    .sort((a, b) => b.n - a.n || (a.kind < b.kind ? -1 : 1));
}
