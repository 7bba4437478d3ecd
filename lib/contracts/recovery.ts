import * as z from "zod";
import { Severity } from "./incident";
import { LeverKind } from "./lever";
import { PhaseName } from "./recovery-phase";

/** The lever that restored; `none`: it was restored by other means. */
export const RestoredBy = LeverKind.or(z.literal("none"));
export type RestoredBy = z.infer<typeof RestoredBy>;

/** One incident that was restored. Milliseconds, from harm to verified restoration. */
export const RecoveryDot = z.object({
  incidentId: z.string(),
  at: z.iso.datetime(),
  ms: z.number(),
  lever: RestoredBy,
  severity: Severity,
  services: z.array(z.string()),
  isDrill: z.boolean(),
});
export type RecoveryDot = z.infer<typeof RecoveryDot>;

/** A quantile with its 95 % bootstrap interval; null where n says too little. */
export const Quantile = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Quantile = z.infer<typeof Quantile>;

/** Durations of one group in milliseconds: never a mean. `why` says what is missing when it is greyed out. */
export const RecoverySummary = z.object({
  n: z.number().int(),
  median: Quantile.nullable(),
  p90: Quantile.nullable(),
  why: z.string().nullable(),
});
export type RecoverySummary = z.infer<typeof RecoverySummary>;

/** One group of a split: a lever, a phase, a service or a severity. */
export const RecoveryGroup = z.object({
  key: z.string(),
  label: z.string(),
  now: RecoverySummary,
  before: RecoverySummary,
  /** Ratio of the medians, this period to the one before: 0.8 is a fifth faster. */
  ratio: Quantile.nullable(),
  /** The verdict in words, or why there is none. */
  sentence: z.string(),
  isComparable: z.boolean(),
});
export type RecoveryGroup = z.infer<typeof RecoveryGroup>;

export const RecoverySplit = z.enum(["all", "lever", "phase", "service", "severity"]);
export type RecoverySplit = z.infer<typeof RecoverySplit>;

/** `from` to `to` is the period; the one before is as long and ends where it begins. */
export const RecoveryQuery = z.object({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  service: z.string().optional(),
  lever: RestoredBy.optional(),
  severity: z.coerce.number().int().min(1).max(4).optional(),
  drills: z.enum(["without", "with", "only"]).default("without"),
});
export type RecoveryQuery = z.infer<typeof RecoveryQuery>;

/** A measure as DORA defines it, with what it was computed from. */
export const DeliveryMeasure = z.object({
  name: z.enum([
    "deployment-frequency",
    "change-lead-time",
    "change-fail-rate",
    "failed-deployment-recovery-time",
    "deployment-rework-rate",
  ]),
  service: z.string(),
  /** Per week, milliseconds, or a ratio, as `unit` says; null when there is nothing to compute from. */
  value: Quantile.nullable(),
  unit: z.enum(["per-week", "ms", "ratio"]),
  /** "3 of 41 deploys". */
  numerator: z.number().nullable(),
  denominator: z.number(),
  before: Quantile.nullable(),
  why: z.string().nullable(),
});
export type DeliveryMeasure = z.infer<typeof DeliveryMeasure>;

/** A row that a delivery measure is made of. */
export const DeliveryRow = z.object({
  changeId: z.string(),
  service: z.string(),
  at: z.iso.datetime(),
  title: z.string(),
  /** `normal`, `failed` (blamed for a way back) or `rework` (a way back, or a fix for one). */
  role: z.enum(["normal", "failed", "rework"]),
  leadMs: z.number().nullable(),
  recoveryMs: z.number().nullable(),
  because: z.string(),
});
export type DeliveryRow = z.infer<typeof DeliveryRow>;

export const AdviceRecord = z.object({
  /** Presses with a recommendation on screen. */
  given: z.number().int(),
  followed: z.number().int(),
  /** Of the followed: verified by the signal. */
  right: z.number().int(),
  notFollowed: z.number().int(),
});
export type AdviceRecord = z.infer<typeof AdviceRecord>;

export const RecoveryView = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  dots: z.array(RecoveryDot),
  groups: z.record(RecoverySplit, z.array(RecoveryGroup)),
  advice: AdviceRecord,
  /** Most frequent first. */
  looseEnds: z.array(z.object({ kind: z.string(), label: z.string(), n: z.number().int() })),
  /** Hours under a freeze, in all and for each service, longest first; null with the reason when unknown. */
  freezeHours: z.object({
    hours: z.number().nullable(),
    why: z.string().nullable(),
    services: z
      .array(z.object({ service: z.string(), title: z.string(), hours: z.number() }))
      .optional(),
  }),
  /** How many incidents there are in all, whatever is filtered. */
  recorded: z.number().int(),
});
export type RecoveryView = z.infer<typeof RecoveryView>;

/** One cell of the readiness board: can it be done today, and how that is known. */
export const ReadinessCell = z.object({
  state: z.enum(["ready", "limited", "blocked", "unknown"]),
  sentence: z.string(),
});
export type ReadinessCell = z.infer<typeof ReadinessCell>;

export const ReadinessColumn = z.enum([
  "retoggle",
  "rollback",
  "revert",
  "permissions",
  "revisions",
  "flag-coverage",
  "schema",
  "gitops",
  "signal",
  "last-drill",
  /** Whether a freeze of the service would hold today, layer by layer. */
  "freeze-gate",
  "freeze-cluster",
  "freeze-merges",
  "freeze-owners",
]);
export type ReadinessColumn = z.infer<typeof ReadinessColumn>;

export const ReadinessRow = z.object({
  service: z.string(),
  title: z.string(),
  mayBeDrilled: z.boolean(),
  cells: z.record(ReadinessColumn, ReadinessCell),
  checkedAt: z.iso.datetime(),
});
export type ReadinessRow = z.infer<typeof ReadinessRow>;

/** What phases are compared by on screen, in order. */
export const PHASES = PhaseName.options;
