import { type CodeFacts, errorRatio, seenThrough, type World } from "./behaviour.ts";
import { SERVICES } from "./catalogue.ts";
import type { Scenario } from "./scenarios/scenario.ts";

/** One version that takes requests, on this many pods. */
export type Serving = {
  sha: string;
  facts: CodeFacts;
  env: Record<string, string>;
  pods: number;
};

/**
 * Share of failed requests of every service that is known: of its own, as its pods share them, of what
 * is down outside, and what customers see of its dependencies through it.
 */
export function failures(
  serving: ReadonlyMap<string, Serving[]>,
  world: World,
  outage: Scenario["outage"] | null,
): Map<string, number> {
  const own = new Map<string, number>();
  const passedOn = new Map<string, number>();
  for (const [name, versions] of serving) {
    const all = versions.reduce((sum, one) => sum + one.pods, 0);
    let ratio = all === 0 ? 1 : 0;
    let seen = 0;
    for (const version of versions) {
      const share = version.pods / all;
      ratio += share * errorRatio(name, version, world);
      seen += share * seenThrough(version.facts);
    }
    own.set(name, outage?.service === name ? ratio + outage.ratio : ratio);
    passedOn.set(name, seen);
  }
  const seen = new Map<string, number>();
  for (const { name, dependsOn } of SERVICES) {
    const ratio = own.get(name);
    if (ratio === undefined) continue;
    const through = dependsOn.reduce(
      (sum, other) => sum + (own.get(other) ?? 0) * (passedOn.get(other) ?? 0),
      0,
    );
    seen.set(name, Math.min(1, ratio + through));
  }
  return seen;
}
