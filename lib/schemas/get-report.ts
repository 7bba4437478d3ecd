import "server-only";
import type { MigratingDown, SchemaFinding, SchemaReport } from "@/lib/contracts/schema-judgement";
import { planMigratingDown } from "@/lib/rules/judge-migrations/migrating-down";
import { unjudged } from "@/lib/rules/judge-schema-changes";
import type { MigrationScope } from "@/lib/rules/migration-scope";
import { filesToJudge } from "@/lib/rules/schema-changes";
import { type Returning, schemaSentence } from "@/lib/rules/write-schema-report";
import type { Ctx } from "@/lib/server/context";
import { getJudged, type Judged } from "./get-judged";
import type { Place, Question } from "./question";

/** How long a card waits for a repository that hasn't been asked yet. */
export const PATIENCE_MS = 1_500;

/** Who brought a migration, and since when it has been live. */
export type Bringer = { number: number; liveSince: string | null };

export type ReportInput = {
  place: Place;
  service: string | null;
  scope: Pick<MigrationScope, "where" | "isGuessed">;
  /** Null where it can't be asked; then `problem` says why. */
  question: Question | null;
  problem: string;
  returning: Returning;
  /** As the ledger names them, until the source has told the whole. */
  commits: { from: string | null; to: string | null };
  bringers: ReadonlyMap<string, Bringer>;
  /** How long a source that hasn't been asked yet is waited for; 0: it isn't asked. */
  patienceMs: number;
  /** What can't be told of the way down. */
  planNote?: string;
};

/**
 * Whether what a lever would bring back runs on today's schema, with what that is known from. Always
 * answers: where nothing can be told, the verdict is `unknown` and the sentence says why.
 */
export async function getReport(ctx: Ctx, input: ReportInput): Promise<SchemaReport> {
  const { question, problem, patienceMs, service } = input;
  const answer = question ? await getJudged(ctx, question, { patienceMs }) : { problem };
  const judgedAt = ctx.now().toISOString();
  if ("problem" in answer) {
    return {
      ...{ ...unjudged(), ...input.commits, service, down: null, migratedDown: null, judgedAt },
      version: input.returning.whole,
      sentence: `Whether ${input.returning.whole} runs on today’s schema isn’t known. ${answer.problem}`,
    };
  }
  const { changes, judged } = answer;
  const bringer = (path: string) => {
    const brought = input.bringers.get(path);
    return brought ? `#${brought.number}` : null;
  };
  return {
    ...judged,
    service,
    version: input.returning.whole,
    findings: judged.findings.map((finding) => ({
      ...finding,
      ...{ url: urlOf(ctx, input.place, changes.head, finding), broughtBy: bringer(finding.path) },
    })),
    from: changes.base ?? input.commits.from,
    to: changes.head,
    sentence: schemaSentence(judged, input.returning, {
      ...{ ...input.scope, bringer, isWithout: answer.takenBack.length > 0 },
    }),
    down: await planOf(answer, input),
    migratedDown: latestDown(answer),
    judgedAt,
  };
}

function urlOf(ctx: Ctx, place: Place, commit: string, finding: SchemaFinding): string | null {
  // A file that is gone has no page at the commit that is live.
  if (finding.rule === "removed-migration" || finding.rule === "taken-back") return null;
  // What was asked once is known without its source, also when that is no longer configured.
  const source = ctx.sources.all().find(({ name }) => name === place.source)?.adapter;
  return source?.kind === "code"
    ? source.urlOfFile(place.repository, commit, finding.path, finding.line)
    : null;
}

/** What it would take to go back to the schema that the version was made for. */
async function planOf(
  { changes, judged }: Judged,
  { bringers, planNote }: ReportInput,
): Promise<MigratingDown | null> {
  if (judged.verdict !== "incompatible" || judged.paths.length === 0) return null;
  const since = judged.paths.flatMap((path) => {
    const at = bringers.get(path)?.liveSince;
    return at ? [[path, at]] : [];
  });
  const plan = await planMigratingDown(filesToJudge(changes), {
    paths: judged.paths,
    liveSince: since.length > 0 ? Object.fromEntries(since) : null,
  });
  return { ...plan, note: plan.commands.length > 0 ? (planNote ?? null) : null };
}

function latestDown({ takenBack }: Judged): SchemaReport["migratedDown"] {
  const [latest] = takenBack;
  if (!latest) return null;
  const paths = [...new Set(takenBack.flatMap((one) => one.paths))].sort();
  const { by, note, at } = latest.row;
  return { by, note, at: at.toISOString(), paths };
}
