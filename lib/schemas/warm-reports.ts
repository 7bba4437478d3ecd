import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { RepositoryRef, Service } from "@/lib/contracts/service";
import { migrationScope } from "@/lib/rules/migration-scope";
import type { Ctx } from "@/lib/server/context";
import { carriedMerges, goodCommits, type Recent, recentVersions } from "./deploy-store";
import { getJudged } from "./get-judged";
import { betweenCommits, type Question, withinPull } from "./question";
import { knownChanges } from "./store";

/** Deploys looked at per Deployment; the versions in front of the live one that a rollback may aim at. */
const DEPLOYS = 12;
const TARGETS = 3;
const PATIENCE_MS = 15_000;
/** Questions put in one turn: the rest has its turn later, and the source its rest. */
const A_TURN = 8;
/** What couldn't be answered is asked again so much later. */
const REST_MS = 10 * 60_000;
const resting = new WeakMap<Ctx["db"], Map<string, number>>();

/**
 * Has what a card will ask of migrations answered before an incident: of each service of a code source
 * the live version against those in front of it, and the merges that the live one carries. What is known
 * costs one look at the ledger. Returns how many questions were put to the source.
 */
export async function warmReports(
  ctx: Ctx,
  input: { services: Service[]; source: string },
): Promise<number> {
  const services = input.services.filter(({ repository }) => repository?.source === input.source);
  const places = services.flatMap((service) =>
    service.deployments.map(({ source, namespace, name }) => ({
      ...{ service, source, subject: `${namespace}/${name}` },
    })),
  );
  const recent = await recentVersions(
    ctx.db,
    places.map(({ source, subject }) => ({ source, subject })),
    DEPLOYS,
  );
  const [merges, good] = await Promise.all([
    carriedMerges(ctx.db, places),
    goodCommits(
      ctx.db,
      services.map(({ name }) => name),
    ),
  ]);
  const versions = places.map(({ service, source, subject }) => {
    const own = recent.filter((one) => one.source === source && one.subject === subject);
    return ofVersions(service, own, good.get(service.name) ?? []);
  });
  const ofMerges = merges.flatMap((merge) => ofMerge(input, services, merge) ?? []);
  // What every service needs first comes first: one step back, then its merges, then further back.
  const inTurn = [
    ...versions.flatMap(([first]) => first ?? []),
    ...ofMerges,
    ...versions.flatMap(([, ...further]) => further),
  ];
  const questions = new Map(inTurn.map((question) => [question.key, question]));
  const known = await knownChanges(ctx.db, [...questions.keys()]);
  const until = resting.get(ctx.db) ?? new Map<string, number>();
  resting.set(ctx.db, until);
  const now = ctx.now().getTime();
  const fresh = [...questions.values()]
    .filter(({ key }) => !known.has(key) && (until.get(key) ?? 0) <= now)
    .slice(0, A_TURN);
  // One after the other: a card that is open asks for its own meanwhile.
  for (const question of fresh) {
    const answer = await getJudged(ctx, question, { patienceMs: PATIENCE_MS });
    if ("problem" in answer) until.set(question.key, now + REST_MS);
    else until.delete(question.key);
  }
  return fresh.length;
}

/** The live version against what a rollback may aim at, nearest first. */
function ofVersions({ repository }: Service, recent: Recent[], good: string[]): Question[] {
  const [live] = recent;
  if (!repository || !live?.commit) return [];
  const to = live.commit;
  const earlier = new Set(recent.flatMap(({ commit }) => commit ?? []));
  earlier.delete(to);
  const place = { source: repository.source, repository: repository.name };
  const scope = migrationScope([repository]);
  const targets = new Set([...[...earlier].slice(0, TARGETS), ...good.slice(0, TARGETS)]);
  targets.delete(to);
  return [...targets].map((from) => betweenCommits(place, scope, { from, to }));
}

function ofMerge(
  { source }: { source: string },
  services: Service[],
  { details, title }: Change,
): Question | null {
  if (details.kind !== "merge") return null;
  const repositories = services
    .flatMap(({ repository }): RepositoryRef[] => (repository ? [repository] : []))
    .filter(({ name }) => name === details.repository);
  const scope = migrationScope(repositories);
  if (!details.files.some(({ path }) => scope.wants(path))) return null;
  const isRevert = details.revertOf !== null || /^(#\d+ )?revert\b/i.test(title);
  return withinPull({ source, repository: details.repository }, scope, { ...details, isRevert });
}
