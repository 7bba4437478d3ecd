import type { SeededPull } from "../github/seed-repository.ts";
import { SERVICES, type ShopService } from "./catalogue.ts";
import { type PastMerge, pastMerges } from "./past-merges.ts";
import { ENGINE } from "./repository-files.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export type PastRelease = {
  service: string;
  at: number;
  /** Commit the image was built from. */
  sha: string;
  env: Record<string, string>;
  changeCause: string;
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The cluster keeps the live revision and ten before it. */
const KEPT_RELEASES = 11;

/** All merges of the past, oldest first: three months of small works, the engine, the scenario's own. */
export function mergesUntil(now: number, scenario: Scenario): PastMerge[] {
  const engine: PastMerge = {
    service: "checkout",
    at: new Date(now - 6 * DAY_MS),
    mergedAt: new Date(now - 5 * DAY_MS),
    title: "Compute discounts by rules",
    body: "Behind `discount-engine`, off for everybody.",
    author: { login: "mira", name: "Mira Lindholm" },
    branch: "checkout/discount-engine",
    mergeMethod: "merge",
    files: { "services/checkout/src/discounts/engine.ts": ENGINE },
  };
  const own = scenario.merges.map(
    (merge): PastMerge => ({
      service: merge.service,
      at: new Date(now - (merge.mergedMinutesAgo + 90) * MINUTE_MS),
      mergedAt: new Date(now - merge.mergedMinutesAgo * MINUTE_MS),
      title: merge.title,
      body: merge.body,
      author: merge.author,
      labels: merge.labels ?? [],
      branch: merge.branch,
      mergeMethod: merge.method,
      files: merge.files,
    }),
  );
  return [...pastMerges(now), engine, ...own].sort(
    (a, b) => a.mergedAt.getTime() - b.mergedAt.getTime(),
  );
}

/**
 * Releases of every service: half an hour after each of its merges, two merges within a day and a half
 * together; the scenario's own when it says so. Oldest first, no more than a cluster keeps.
 */
export function releasesUntil(
  now: number,
  scenario: Scenario,
  merges: (PastMerge & SeededPull)[],
): PastRelease[] {
  return SERVICES.flatMap((service) => releasesOf(service, now, scenario, merges));
}

function releasesOf(
  service: ShopService,
  now: number,
  scenario: Scenario,
  merges: (PastMerge & SeededPull)[],
): PastRelease[] {
  const isOwn = (merge: PastMerge) => scenario.merges.some((own) => own.title === merge.title);
  const ordinary = merges.filter((merge) => merge.service === service.name && !isOwn(merge));
  const releases: PastRelease[] = [];
  for (const [index, merge] of ordinary.entries()) {
    const next = ordinary[index + 1];
    const isJoined =
      next !== undefined && next.mergedAt.getTime() - merge.mergedAt.getTime() < 1.5 * DAY_MS;
    if (isJoined) continue;
    releases.push({
      service: service.name,
      at: merge.mergedAt.getTime() + 31 * MINUTE_MS,
      sha: merge.mergeSha,
      env: service.env,
      changeCause: causeOf(merge),
    });
  }
  for (const release of scenario.releases.filter((one) => one.service === service.name)) {
    const at = now - release.minutesAgo * MINUTE_MS;
    const live = releases.at(-1);
    if (release.byHand && live) {
      const env = { ...live.env, ...release.env };
      releases.push({ ...live, at, env, changeCause: release.byHand });
      continue;
    }
    const last = merges.filter((merge) => merge.mergedAt.getTime() <= at).at(-1);
    const newest = merges
      .filter((merge) => merge.service === service.name && merge.mergedAt.getTime() <= at)
      .at(-1);
    if (!last || !newest) continue;
    const env = { ...service.env, ...release.env };
    releases.push({
      service: service.name,
      at,
      sha: last.mergeSha,
      env,
      changeCause: causeOf(newest),
    });
  }
  return releases.slice(-KEPT_RELEASES);
}

function causeOf(merge: { number: number; branch: string }): string {
  return `Merge pull request #${merge.number} from shop/${merge.branch}`;
}
