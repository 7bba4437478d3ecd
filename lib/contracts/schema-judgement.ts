import * as z from "zod";

/** Can the older version of an application run on today's schema? */
export const SchemaVerdict = z.enum(["compatible", "incompatible", "unknown"]);
export type SchemaVerdict = z.infer<typeof SchemaVerdict>;

/**
 * What a schema change means for the version before it, worst first. BREAKS_READ_WRITE: its statements
 * fail. BREAKS_WRITE: what it writes may be rejected. DATA_LOSS: rows or values are gone or overwritten.
 * BREAKS_READ_SEMANTICS: it may read what it doesn't expect. UNREADABLE: nobody can tell from the text.
 * SAFE: it only adds or widens. LOCK_ONLY: of interest while it ran, not afterwards.
 */
export const SchemaClass = z.enum([
  "BREAKS_READ_WRITE",
  "BREAKS_WRITE",
  "DATA_LOSS",
  "BREAKS_READ_SEMANTICS",
  "UNREADABLE",
  "SAFE",
  "LOCK_ONLY",
]);
export type SchemaClass = z.infer<typeof SchemaClass>;

/** One statement of a migration that says something, quoted from where it stands. */
export const SchemaFinding = z.object({
  /** "drop-column", "set-not-null", "not-valid-constraint" … */
  rule: z.string(),
  class: SchemaClass,
  verdict: SchemaVerdict,
  path: z.string(),
  /** 1-based. */
  line: z.number().int(),
  /** The statement as it stands in the file, at most 400 characters. */
  statement: z.string(),
  /** What it does to the older version, in one sentence. */
  sentence: z.string(),
  /** The page that shows it in its file at the commit that is live, where there is one. */
  url: z.string().nullish(),
  /** The pull request that brought it, where the ledger knows: "#412". */
  broughtBy: z.string().nullish(),
});
export type SchemaFinding = z.infer<typeof SchemaFinding>;

/** Worst verdict and class of the findings; findings worst first. */
export const SchemaJudgement = z.object({
  verdict: SchemaVerdict,
  class: SchemaClass,
  findings: z.array(SchemaFinding),
});
export type SchemaJudgement = z.infer<typeof SchemaJudgement>;

/** What is lost, or may be, when one step is taken back. */
export const SchemaLoss = z.object({
  path: z.string(),
  line: z.number().int(),
  statement: z.string(),
  /** "dropping discount_code: values written since 14:02 go with it" */
  sentence: z.string(),
});
export type SchemaLoss = z.infer<typeof SchemaLoss>;

/** What it would take to migrate down. Known Good shows it and never runs it. */
export const MigratingDown = z.object({
  /** "prisma", "flyway", "rails" …; null when the layout is plain SQL. */
  tool: z.string().nullable(),
  /** How many migrations go back. */
  steps: z.number().int(),
  /** The tool's own command for that many steps; empty when the tool has none. */
  commands: z.array(z.string()),
  /** Paths of down files in the order in which they run; empty where there are none. */
  downFiles: z.array(z.string()),
  /** Statements that take it back, newest first, where the tool has neither command nor down file. */
  statements: z.array(z.string()),
  /** What no statement can take back, one sentence each. */
  impossible: z.array(z.string()),
  losses: z.array(SchemaLoss),
  /** What to look at before following it, where something can't be told from here. */
  note: z.string().nullish(),
});
export type MigratingDown = z.infer<typeof MigratingDown>;

/** The judgement on a lever, with what it was made from. */
export const SchemaReport = SchemaJudgement.extend({
  /** What would come back, by name: "Checkout 23". */
  version: z.string(),
  /** Whose migrations they are; null where several services share the repository. */
  service: z.string().nullable(),
  /** Full commits: of the version that would come back, and of the one that is live. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  tool: z.string().nullable(),
  /** Migration files that were judged. */
  paths: z.array(z.string()),
  /** One sentence for the lever: "Checkout 23 can't run on today's schema: #412 dropped orders.discount." */
  sentence: z.string(),
  /** Null unless the verdict is incompatible. */
  down: MigratingDown.nullable(),
  /** Somebody said that these migrations were taken back; the judgement is made without them. */
  migratedDown: z
    .object({ by: z.string(), at: z.iso.datetime(), note: z.string(), paths: z.array(z.string()) })
    .nullable(),
  judgedAt: z.iso.datetime(),
});
export type SchemaReport = z.infer<typeof SchemaReport>;

/** Somebody migrated down by hand, and says so. */
export const MigratedDownInput = z.object({
  incidentId: z.string(),
  service: z.string(),
  /** Paths of the migrations that were taken back. */
  paths: z.array(z.string().min(1).max(1_000)).min(1).max(200),
  note: z.string().trim().min(3, "at least three characters").max(2_000),
});
export type MigratedDownInput = z.infer<typeof MigratedDownInput>;
