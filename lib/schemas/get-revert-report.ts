import "server-only";
import { carriersOf } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { RevertTarget } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import { migrationScope } from "@/lib/rules/migration-scope";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { getReport } from "./get-report";
import { type PullFiles, pullKey, withinPull } from "./question";

/**
 * Whether the code without a pull request runs on today's schema: what its migrations did stays, the
 * code and the files go. Null where it brought none. At the press only its head is known (`pull.files`
 * is null); then the ledger answers what was judged when it was looked at.
 */
export async function getRevertReport(
  ctx: Ctx,
  about: {
    target: RevertTarget;
    pull: Pick<PullFiles, "number" | "headCommit"> | PullFiles;
    /** The pull request as the ledger has it. */
    merge: Change | null;
    patienceMs: number;
  },
): Promise<SchemaReport | null> {
  const { target, pull, merge, patienceMs } = about;
  const services = (await listServices(ctx)).filter(
    ({ repository }) =>
      repository?.source === target.source && repository.name === target.repository,
  );
  const service = services.find(({ name }) => merge?.services.includes(name));
  const repositories = services.flatMap(({ repository }) => repository ?? []);
  const scope = migrationScope(
    repositories.length > 0 ? repositories : [{ paths: [], migrations: [] }],
  );
  const place = { source: target.source, repository: target.repository };
  const isWhole = "files" in pull;
  if (isWhole && !pull.files.some(({ path }) => scope.wants(path))) return null;
  const question = isWhole
    ? withinPull(place, scope, pull)
    : { ...place, key: pullKey(place, scope, pull), ask: neverAsked };
  const bringer = { number: pull.number, liveSince: merge && (await liveSince(ctx, merge)) };
  const report = await getReport(ctx, {
    ...{ place, scope, question, problem: "", patienceMs },
    planNote: `It counts #${pull.number}’s migrations as the newest: look whether newer ones have run since.`,
    service: service?.name ?? null,
    returning: {
      whole: `${service?.title ?? target.repository} without #${pull.number}`,
      short: "the code without it",
      since: `in #${pull.number}`,
    },
    commits: { from: null, to: isWhole ? pull.mergeCommit : null },
    bringers: new Map(
      isWhole ? pull.files.map(({ path }): [string, typeof bringer] => [path, bringer]) : [],
    ),
  });
  const isAtIssue =
    report.paths.length > 0 || report.verdict !== "compatible" || report.migratedDown !== null;
  return isAtIssue ? report : null;
}

/** When a deploy first brought it; null when none is known to have. */
async function liveSince(ctx: Ctx, merge: Change): Promise<string | null> {
  const deploys = (await carriersOf(ctx.db, [merge.id])).filter(({ kind }) => kind === "deploy");
  return deploys.map(({ at }) => at).sort()[0] ?? null;
}

/** What isn't kept at the press isn't asked for: a press waits for no repository. */
function neverAsked(): never {
  throw new Error("a press asks no source about migrations");
}
