import "server-only";
import type { SchemaFinding, SchemaReport } from "@/lib/contracts/schema-judgement";
import { unjudged } from "@/lib/rules/judge-schema-changes";
import type { MigrationScope } from "@/lib/rules/migration-scope";
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
    findings: judged.findings.map((finding) => withUrl(ctx, input.place, changes.head, finding)),
    from: changes.base ?? input.commits.from,
    to: changes.head,
    sentence: schemaSentence(judged, input.returning, { ...input.scope, bringer }),
    down: null,
    migratedDown: latestDown(answer),
    judgedAt,
  };
}

function withUrl(ctx: Ctx, place: Place, commit: string, finding: SchemaFinding): SchemaFinding {
  const code = ctx.sources.get("code", place.source);
  // A file that is gone has no page at the commit that is live.
  if (finding.rule === "removed-migration" || finding.rule === "taken-back") return finding;
  return {
    ...finding,
    url: code.urlOfFile(place.repository, commit, finding.path, finding.line),
  };
}

function latestDown({ takenBack }: Judged): SchemaReport["migratedDown"] {
  const [latest] = takenBack;
  if (!latest) return null;
  const paths = [...new Set(takenBack.flatMap((one) => one.paths))].sort();
  const { by, note, at } = latest.row;
  return { by, note, at: at.toISOString(), paths };
}
