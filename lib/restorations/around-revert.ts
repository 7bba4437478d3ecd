import "server-only";
import { openTemplatePair } from "@/lib/changes/open-template";
import { carriersOf, changesInWindow, changesOfSubject } from "@/lib/changes/store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import { compareTemplates } from "@/lib/rules/compare-templates";
import { configLeftBehind, type LeftBehind } from "@/lib/rules/config-left-behind";
import { settingsChanged } from "@/lib/rules/settings-changed";
import type { Ctx } from "@/lib/server/context";
import { liveDeploy } from "./live-version";

/** A delivery writes its ConfigMaps a moment before the Deployment that reads them. */
const DELIVERED_TOGETHER_MS = 2 * 60_000;

/**
 * The configuration that a revert of this merge doesn't take back: what changed between the deploy that
 * carried it and now. A merge that isn't live, or isn't known, leaves what there is.
 */
export async function aroundRevert(ctx: Ctx, merge: Change | null): Promise<LeftBehind> {
  const nothingKnown = {
    warnings: [],
    leaves: ["configuration around the code as it is now"],
    checks: [],
  };
  if (!merge) return nothingKnown;
  const carriers = (await carriersOf(ctx.db, [merge.id]))
    .flatMap((one) => (one.details.kind === "deploy" ? [{ ...one, details: one.details }] : []))
    .sort((a, b) => a.at.localeCompare(b.at));
  const [first] = carriers;
  if (!first) return nothingKnown;
  const from = new Date(Date.parse(first.at) - DELIVERED_TOGETHER_MS);
  const services = [...new Set(carriers.flatMap((one) => one.services))];
  const [changes, settings] = await Promise.all([
    changesInWindow(ctx.db, { services, from, to: ctx.now(), limit: 500 }),
    Promise.all(firstOfEach(carriers).map((one) => settingsSince(ctx, one))),
  ]);
  return configLeftBehind({
    settings: settings.flat(),
    configs: changes.filter((one) => one.kind === "config"),
    now: ctx.now().getTime(),
  });
}

type Deploy = Change & { details: DeployDetails };

/** Of each Deployment, the deploy that carried it first. */
function firstOfEach(carriers: Deploy[]): Deploy[] {
  const firsts = new Map<string, Deploy>();
  for (const one of carriers) if (!firsts.has(one.details.uid)) firsts.set(one.details.uid, one);
  return [...firsts.values()];
}

/** Settings of the template that are other now than in front of this deploy, in words. */
async function settingsSince(ctx: Ctx, carrier: Deploy): Promise<string[]> {
  const { namespace, deployment, uid, previousRevision } = carrier.details;
  const deploys = await changesOfSubject(ctx.db, {
    source: carrier.source,
    subject: `${namespace}/${deployment}`,
    limit: 100,
  });
  const before = deploys
    .flatMap(({ details }) => (details.kind === "deploy" ? [details] : []))
    .find((one) => one.uid === uid && one.revision === previousRevision);
  const live = liveDeploy(deploys);
  if (!before || !live) return [];
  const hashes = { from: before.templateHash, to: live.templateHash };
  const { from, to } = await openTemplatePair(ctx, hashes);
  return from && to ? settingsChanged(compareTemplates(from, to)) : [];
}
