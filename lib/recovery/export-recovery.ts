import "server-only";
import { stringify } from "csv-stringify/sync";
import {
  type DeliveryMeasure,
  PHASES,
  type Quantile,
  type RecoveryGroup,
  type RecoveryQuery,
  RecoverySplit,
} from "@/lib/contracts/recovery";
import type { PhaseName } from "@/lib/contracts/recovery-phase";
import { DEFINITIONS } from "@/lib/rules/recovery-definitions";
import type { Ctx } from "@/lib/server/context";
import { getDelivery } from "./get-delivery";
import { getRecovery } from "./get-recovery";
import { listDeliveryRows } from "./list-delivery-rows";
import { periodOf } from "./period";
import { restoredRows } from "./store";

/** The tables there are to export. */
export const RECOVERY_TABLES = [
  "incidents",
  "groups",
  "advice",
  "loose-ends",
  "freeze-hours",
  "delivery",
  "delivery-rows",
  "definitions",
] as const;
export type RecoveryTable = (typeof RECOVERY_TABLES)[number];

type Cell = string | number | boolean | null;
type Row = Record<string, Cell>;

const ROWS_A_TURN = 5_000;

/**
 * A table of the recovery history with the filters it is looked at with. Durations in milliseconds,
 * times in ISO 8601, UTC; a cell that isn't known is empty. Refusal `bad-period`.
 */
export async function exportRecovery(
  ctx: Pick<Ctx, "db" | "now" | "fileServices">,
  query: RecoveryQuery & { table: RecoveryTable; measure?: DeliveryMeasure["name"] | undefined },
): Promise<Row[]> {
  switch (query.table) {
    case "incidents":
      return incidents(ctx, query);
    case "groups":
      return groups(ctx, query);
    case "advice":
      return [(await getRecovery(ctx, query)).advice];
    case "loose-ends":
      return (await getRecovery(ctx, query)).looseEnds;
    case "freeze-hours":
      return (await getRecovery(ctx, query)).freezeHours.services ?? [];
    case "delivery":
      return delivery(ctx, query);
    case "delivery-rows":
      return everyDeliveryRow(ctx, query);
    case "definitions":
      return Object.entries(DEFINITIONS).map(([name, definition]) => ({ name, ...definition }));
    default:
      return query.table satisfies never;
  }
}

/** Column names of the tables that may have no rows. */
const COLUMNS: Partial<Record<RecoveryTable, string[]>> = {
  incidents: [
    ...["incident", "declared_at", "recovery_ms", "lever", "severity", "services", "drill"],
    ...PHASES.map(columnOf),
  ],
  "loose-ends": ["kind", "label", "n"],
  "freeze-hours": ["service", "title", "hours"],
  "delivery-rows": [
    ...["changeId", "service", "at", "title", "role", "leadMs", "recoveryMs", "because"],
  ],
};

/** Rows as CSV (RFC 4180). What a spreadsheet would take for a formula is kept text. */
export function asCsv(rows: readonly Row[], table: RecoveryTable): string {
  return stringify([...rows], {
    header: true,
    columns: COLUMNS[table] ?? Object.keys(rows[0] ?? {}),
    record_delimiter: "windows",
    escape_formulas: true,
    cast: { boolean: String },
  });
}

function columnOf(phase: PhaseName): string {
  return `${phase.replace("-", "_")}_ms`;
}

async function incidents(
  ctx: Pick<Ctx, "db" | "now" | "fileServices">,
  query: RecoveryQuery,
): Promise<Row[]> {
  const { dots } = await getRecovery(ctx, query);
  const { from, to } = periodOf(query, ctx.now());
  const rows = await restoredRows(ctx.db, { before: from, to }, query);
  const phases = new Map(rows.map((row) => [`INC-${row.number}`, row.phases]));
  return dots.map((dot) => ({
    incident: dot.incidentId,
    declared_at: dot.at,
    recovery_ms: dot.ms,
    lever: dot.lever,
    severity: dot.severity,
    services: dot.services.join(" "),
    drill: dot.isDrill,
    ...Object.fromEntries(
      PHASES.map((name, index) => {
        const ms = phases.get(dot.incidentId)?.[index] ?? -1;
        return [columnOf(name), ms < 0 ? null : ms];
      }),
    ),
  }));
}

async function groups(
  ctx: Pick<Ctx, "db" | "now" | "fileServices">,
  query: RecoveryQuery,
): Promise<Row[]> {
  const view = await getRecovery(ctx, query);
  return RecoverySplit.options.flatMap((split) =>
    view.groups[split].map((group) => groupRow(split, group)),
  );
}

function groupRow(split: string, group: RecoveryGroup): Row {
  const { now, before, ratio } = group;
  return {
    split,
    key: group.key,
    label: group.label,
    n: now.n,
    ...quantileCells("median_ms", now.median),
    ...quantileCells("p90_ms", now.p90),
    n_before: before.n,
    ...quantileCells("median_before_ms", before.median),
    ...quantileCells("p90_before_ms", before.p90),
    ...quantileCells("ratio", ratio),
    comparable: group.isComparable,
    verdict: group.sentence,
  };
}

function quantileCells(name: string, quantile: Quantile | null): Row {
  return {
    [name]: quantile?.value ?? null,
    [`${name}_low`]: quantile?.low ?? null,
    [`${name}_high`]: quantile?.high ?? null,
  };
}

async function delivery(
  ctx: Pick<Ctx, "db" | "now" | "fileServices">,
  query: RecoveryQuery,
): Promise<Row[]> {
  const measures = await getDelivery(ctx, query);
  return measures.map((measure) => ({
    service: measure.service,
    measure: measure.name,
    unit: measure.unit,
    ...quantileCells("value", measure.value),
    numerator: measure.numerator,
    denominator: measure.denominator,
    ...quantileCells("before", measure.before),
    why: measure.why,
    definition: DEFINITIONS[measure.name].what,
  }));
}

async function everyDeliveryRow(
  ctx: Pick<Ctx, "db" | "now">,
  query: Omit<Parameters<typeof listDeliveryRows>[1], "after" | "limit">,
): Promise<Row[]> {
  // A later page must not see a later "now": the cursor belongs to one period.
  const { from, to } = periodOf(query, ctx.now());
  const fixed = { ...query, from: from.toISOString(), to: to.toISOString(), limit: ROWS_A_TURN };
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = await listDeliveryRows(ctx, { ...fixed, after });
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}
