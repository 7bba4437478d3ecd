import type { SchemaJudgement, SchemaVerdict } from "@/lib/contracts/schema-judgement";
import { wilsonInterval } from "@/lib/rules/wilson-interval";
import type { MigrationCase } from "./migration-case";

/** What is measured: `judgeMigrations`, or anything of its shape to hold it against. */
export type MigrationJudge = (
  files: { path: string; content: string }[],
  options?: { dialect?: "postgresql" | "mysql" | "sqlite" },
) => Promise<SchemaJudgement>;

/** A share with its 95 % interval; null of nothing. */
export type Share = {
  right: number;
  n: number;
  share: number | null;
  interval: { low: number; high: number } | null;
};

/** A judge that throws has no verdict; that is never right. */
type Given = SchemaVerdict | "threw";

export type WrongVerdict = {
  id: string;
  expected: SchemaVerdict;
  given: Given;
  /** The finding that led to it, or the error's message. */
  because: string;
};

export type MigrationMeasure = {
  /** Verdicts that are right. */
  verdicts: Share;
  /** How often `expected` (outside) was called `given` (inside). */
  confusion: Record<SchemaVerdict, Record<Given, number>>;
  /** Ids of cases that are incompatible and were called compatible. Must be empty. */
  dangerous: string[];
  /** Verdict and class both right. */
  classes: Share;
  /** Among right verdicts with a decisive statement: the first finding quotes it from its place. */
  statements: Share;
  byTool: Record<string, Share>;
  byDialect: Record<string, Share>;
  wrong: WrongVerdict[];
  /** Ids of cases with the right verdict from another class. */
  otherClass: string[];
  /** Ids of cases with the right verdict from another statement. */
  otherStatement: string[];
};

type Outcome = { one: MigrationCase; given: Given; judgement: SchemaJudgement | null; why: string };

/** Judges every case and counts. Pure but for the judge, which is an argument. */
export async function evaluateMigrations(
  cases: readonly MigrationCase[],
  judge: MigrationJudge,
): Promise<MigrationMeasure> {
  const outcomes: Outcome[] = [];
  for (const one of cases) outcomes.push(await outcomeOf(one, judge));
  const right = outcomes.filter(isRight);
  const decided = right.filter(({ one }) => one.decisive.length > 0);
  return {
    verdicts: share(right.length, outcomes.length),
    confusion: confusionOf(outcomes),
    dangerous: outcomes
      .filter(({ one, given }) => one.verdict === "incompatible" && given === "compatible")
      .map(({ one }) => one.id),
    classes: share(right.filter(hasClass).length, outcomes.length),
    statements: share(decided.filter(hasStatement).length, decided.length),
    byTool: sharesBy(outcomes, ({ tool }) => tool),
    byDialect: sharesBy(outcomes, ({ dialect }) => dialect),
    wrong: outcomes
      .filter((outcome) => !isRight(outcome))
      .map(({ one, given, why }) => ({ id: one.id, expected: one.verdict, given, because: why })),
    otherClass: right.filter((outcome) => !hasClass(outcome)).map(({ one }) => one.id),
    otherStatement: decided.filter((outcome) => !hasStatement(outcome)).map(({ one }) => one.id),
  };
}

async function outcomeOf(one: MigrationCase, judge: MigrationJudge): Promise<Outcome> {
  const files = one.files.map((file) => ({ ...file }));
  try {
    const judgement = await judge(files, one.isDialectTold ? { dialect: one.dialect } : undefined);
    const first = judgement.findings[0];
    const why = first ? `${first.path}:${first.line} ${first.sentence}` : "no finding";
    return { one, given: judgement.verdict, judgement, why };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { one, given: "threw", judgement: null, why };
  }
}

const isRight = ({ one, given }: Outcome) => one.verdict === given;

const hasClass = ({ one, judgement }: Outcome) =>
  judgement !== null && one.classes.includes(judgement.class);

const hasStatement = ({ one, judgement }: Outcome) =>
  one.decisive.some(
    ({ path, line }) =>
      judgement?.findings[0]?.path === path && judgement.findings[0].line === line,
  );

function share(right: number, n: number): Share {
  return { right, n, share: n === 0 ? null : right / n, interval: wilsonInterval(right, n) };
}

function sharesBy(
  outcomes: readonly Outcome[],
  key: (one: MigrationCase) => string,
): Record<string, Share> {
  const groups = Map.groupBy(outcomes, ({ one }) => key(one));
  return Object.fromEntries(
    [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, all]) => [name, share(all.filter(isRight).length, all.length)]),
  );
}

function confusionOf(outcomes: readonly Outcome[]): MigrationMeasure["confusion"] {
  const row = () => ({ compatible: 0, incompatible: 0, unknown: 0, threw: 0 });
  const table = { compatible: row(), incompatible: row(), unknown: row() };
  for (const { one, given } of outcomes) table[one.verdict][given] += 1;
  return table;
}
