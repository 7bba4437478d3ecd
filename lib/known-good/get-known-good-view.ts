import "server-only";
import { openTemplatePair } from "@/lib/changes/open-template";
import type {
  KnownGoodDifference,
  KnownGoodState,
  KnownGoodView,
} from "@/lib/contracts/known-good";
import { compareKnownGood, type LiveState } from "@/lib/rules/compare-known-good";
import { compareTemplates } from "@/lib/rules/compare-templates";
import { settingsChanged } from "@/lib/rules/settings-changed";
import type { Ctx } from "@/lib/server/context";
import { getService } from "@/lib/services/get-service";
import { gatherKnownGood } from "./gather-known-good";
import { liveOf } from "./live-of";
import { keptKnownGood } from "./store";

/**
 * A service's known good state beside what is live, from the ledger alone. Refusal `unknown-service`.
 */
export async function getKnownGoodView(
  ctx: Pick<Ctx, "db" | "now" | "fileServices" | "sealer">,
  name: string,
): Promise<KnownGoodView> {
  const service = await getService(ctx, name);
  const kept = await keptKnownGood(ctx.db, name);
  const found = await gatherKnownGood(ctx, service, kept?.signal ?? null);
  const [state] = found.good;
  if (!state) return { state: null, isLive: false, differences: [], sentence: found.sentence };
  const live = liveOf(service, found);
  const differences = compareKnownGood(live, state);
  const isLive = differences.length === 0;
  const settings = isLive ? [] : await settingsBetween(ctx, live, state);
  return {
    state,
    isLive,
    differences: [...differences, ...settings],
    sentence: isLive
      ? `Live is known good. ${found.sentence}`
      : `Live is not it. ${found.sentence}`,
  };
}

/** Configuration that differs, field by field, secret-looking values masked. */
async function settingsBetween(
  ctx: Pick<Ctx, "db" | "sealer">,
  live: LiveState,
  state: KnownGoodState,
): Promise<KnownGoodDifference[]> {
  const lines = state.deployments.map(async ({ deployment, templateHash }) => {
    const now = live.deploys.find(
      ({ source, details }) =>
        source === deployment.source &&
        details.kind === "deploy" &&
        details.namespace === deployment.namespace &&
        details.deployment === deployment.name,
    );
    if (now?.details.kind !== "deploy" || now.details.templateHash === templateHash) return [];
    const pair = await openTemplatePair(ctx, { from: templateHash, to: now.details.templateHash });
    if (!pair.from || !pair.to) return [];
    return settingsChanged(compareTemplates(pair.from, pair.to)).map(differenceOf);
  });
  return (await Promise.all(lines)).flat();
}

/** "env TIMEOUT_MS 500 → 5000" as its two sides; a line without sides is told whole. */
function differenceOf(line: string): KnownGoodDifference {
  const sides = /^(.+) (\S+) → (\S+)$/.exec(line);
  return sides
    ? {
        kind: "template",
        what: sides[1] ?? line,
        live: sides[3] ?? null,
        knownGood: sides[2] ?? null,
      }
    : { kind: "template", what: line, live: null, knownGood: null };
}
