import "server-only";
import { configVersions, presentConfig } from "@/lib/changes/config-store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { Blocker, RollbackTarget } from "@/lib/contracts/lever";
import type { ConfigName, ConfigReading, PodTemplate } from "@/lib/integrations/deploy-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type ConfigFact, type ConfigJudgement, judgeConfig } from "@/lib/rules/config-at-rollback";
import { configNeeds } from "@/lib/rules/config-references";
import type { Ctx } from "@/lib/server/context";

const MOST_VERSIONS = 200;

/**
 * Whether the ConfigMaps and Secrets that a rollback's template refers to are there, and are what they
 * were when that revision was live: read from the cluster now, compared with the ledger by hash.
 * `deploys`: those of the Deployment, newest first.
 */
export async function configOfRollback(
  ctx: Ctx,
  target: RollbackTarget,
  to: { change: Change; details: DeployDetails; template: PodTemplate },
  deploys: Change[],
): Promise<ConfigJudgement> {
  const { source, namespace } = target;
  const needs = configNeeds(to.template);
  if (needs.length === 0) return { blockers: [], warnings: [], checks: [] };
  const names = needs.map(({ objectKind, name }) => ({ namespace, objectKind, name }));
  const [readings, histories] = await Promise.all([
    readAll(ctx, source, names),
    Promise.all(
      names.map((one) => configVersions(ctx.db, { ...one, source, limit: MOST_VERSIONS })),
    ),
  ]);
  const facts = needs.map((need, index): ConfigFact => {
    return {
      need,
      now: nowOf(readings[index]),
      past: (histories[index] ?? []).map(({ keys, seenFrom }) => ({
        keys,
        from: seenFrom.getTime(),
      })),
    };
  });
  return judgeConfig({
    namespace,
    revision: to.details.revision,
    live: { from: Date.parse(to.change.at), until: liveUntil(to.details, deploys) },
    facts,
    now: ctx.now().getTime(),
  });
}

/**
 * What stands in the way of a press: objects or keys that pods of the template need and that the ledger
 * knows to be gone. The cluster is asked only then, for what the ledger knows may be old.
 */
export async function configBlockers(
  ctx: Ctx,
  target: RollbackTarget,
  to: { revision: number; template: PodTemplate },
): Promise<Blocker[]> {
  const { source, namespace } = target;
  const needs = configNeeds(to.template);
  if (needs.length === 0) return [];
  const present = await presentConfig(ctx.db, { source, namespace, objects: needs });
  const known = needs.map((need): ConfigFact => {
    const one = present.find(
      (each) => each.objectKind === need.objectKind && each.name === need.name,
    );
    if (!one) return { need, now: { state: "unknown", because: "it isn’t known" }, past: [] };
    const past = [{ keys: one.keys, from: one.seenFrom.getTime() }];
    const now: ConfigFact["now"] =
      one.keys === null ? { state: "gone" } : { state: "there", keys: one.keys };
    return { need, now, past };
  });
  const now = ctx.now().getTime();
  const about = { namespace, revision: to.revision, live: { from: now, until: null }, now };
  if (judgeConfig({ ...about, facts: known }).blockers.length === 0) return [];
  const names = needs.map(({ objectKind, name }) => ({ namespace, objectKind, name }));
  const readings = await readAll(ctx, source, names);
  const facts = known.map((fact, index) => ({ ...fact, now: nowOf(readings[index]) }));
  return judgeConfig({ ...about, facts }).blockers;
}

function nowOf(reading: ConfigReading | undefined): ConfigFact["now"] {
  if (!reading) return { state: "unknown", because: "it was not read" };
  if (reading.state !== "there") return reading;
  const { keys, changedAt } = reading.content;
  return { state: "there", keys, writtenAt: Date.parse(changedAt) };
}

/** A cluster that can't tell of its configuration doesn't take the rollback away. */
async function readAll(ctx: Ctx, source: string, names: ConfigName[]): Promise<ConfigReading[]> {
  try {
    return await ctx.sources.get("deploys", source).readConfig(names, ctx.sealer.fingerprint);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const because = error.sentence.replace(/\.$/, "");
    return names.map((one) => ({ ...one, state: "unknown", because }));
  }
}

/** When the next revision took its place; null while it is live. */
function liveUntil(to: DeployDetails, deploys: Change[]): number | null {
  const after = deploys.flatMap(({ at, details }) =>
    details.kind === "deploy" && details.uid === to.uid && details.revision > to.revision
      ? Date.parse(at)
      : [],
  );
  return after.length > 0 ? Math.min(...after) : null;
}
