import * as z from "zod";
import {
  SchemaClass,
  type SchemaFinding,
  SchemaJudgement,
  type SchemaVerdict,
} from "@/lib/contracts/schema-judgement";
import { judgeMigrations } from "./judge-migrations";
import { readLayout } from "./judge-migrations/layouts";
import { counted } from "./say";
import { filesToJudge, findingsBeside, type SchemaChanges } from "./schema-changes";

/** Raised whenever the judge would say something else of the same files, so that none is kept. */
export const JUDGE_VERSION = "2";

/** A judgement and what it was made from. */
export const JudgedChanges = SchemaJudgement.extend({
  tool: z.string().nullable(),
  /** Migrations that were judged, in the order in which they ran. */
  paths: z.array(z.string()),
});
export type JudgedChanges = z.infer<typeof JudgedChanges>;

/** Nobody reads more, and a seed of rows says the same of each. */
const MOST_FINDINGS = 200;

const VERDICTS: SchemaVerdict[] = ["incompatible", "unknown", "compatible"];
const CLASSES = SchemaClass.options;

/**
 * Whether the version that would come back runs on the schema that these changes made. `without` are
 * paths of migrations that were taken back since. Never throws: what can't be judged is `unknown`.
 */
export async function judgeSchemaChanges(
  changes: SchemaChanges,
  without: readonly string[] = [],
): Promise<JudgedChanges> {
  const left = new Set(without);
  const files = filesToJudge(changes).filter(({ path }) => !left.has(path));
  const layout = readLayout(files);
  const judged = await judgeMigrations(files);
  const needed = changes.removed.filter((path) => left.has(path)).map(takenBack);
  const beside = findingsBeside(changes).filter(({ path }) => !left.has(path));
  return {
    ...worstOf([...needed, ...judged.findings, ...beside], judged),
    tool: layout.tool,
    paths: layout.migrations.map(({ path }) => path),
  };
}

/** What would come back was made for a migration that somebody has taken back. */
function takenBack(path: string): SchemaFinding {
  const name = path.split("/").slice(-2).join("/");
  return {
    rule: "taken-back",
    class: "BREAKS_READ_WRITE",
    verdict: "incompatible",
    path,
    line: 1,
    statement: "",
    sentence: `It needs ${name}, which was taken back: run that migration again first.`,
  };
}

function worstOf(findings: SchemaFinding[], judged: SchemaJudgement): SchemaJudgement {
  const worst = <T>(order: readonly T[], all: T[]): T =>
    order.find((one) => all.includes(one)) as T;
  return {
    verdict: worst(VERDICTS, [judged.verdict, ...findings.map(({ verdict }) => verdict)]),
    class: worst(CLASSES, [judged.class, ...findings.map((one) => one.class)]),
    findings: mostOf(
      findings.toSorted(
        (a, b) =>
          VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
          CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class),
      ),
    ),
  };
}

/** The worst, and how many more there are. */
function mostOf(sorted: SchemaFinding[]): SchemaFinding[] {
  const next = sorted[MOST_FINDINGS];
  if (!next) return sorted;
  const more = sorted.length - MOST_FINDINGS;
  const sentence = `And ${counted(more, "more finding")}, none of them worse.`;
  return [...sorted.slice(0, MOST_FINDINGS), { ...next, rule: "more", statement: "", sentence }];
}

/** The judgement where nothing could be looked at. */
export function unjudged(): JudgedChanges {
  return { verdict: "unknown", class: "UNREADABLE", findings: [], tool: null, paths: [] };
}
