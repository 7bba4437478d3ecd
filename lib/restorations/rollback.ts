import "server-only";
import { getChange } from "@/lib/changes/get-change";
import { openTemplatePair } from "@/lib/changes/open-template";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { RollbackTarget } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import type { PodTemplate } from "@/lib/integrations/deploy-source";
import { missingFilesWarning } from "@/lib/rules/missing-migrations";
import { sayOwners } from "@/lib/rules/owner-on-lever";
import { ageInWords, shortImage } from "@/lib/rules/say";
import { type OnLever, schemaOnLever } from "@/lib/rules/write-schema-report";
import { PATIENCE_MS } from "@/lib/schemas/get-report";
import { getRollbackReport } from "@/lib/schemas/get-rollback-report";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { aroundRollback } from "./around-rollback";
import { configBlockers } from "./config-of-rollback";
import { crossedByRollback } from "./crossed-changes";
import { culpritBlocker } from "./culprit-blocker";
import type { Lever } from "./lever";
import { observeRollback, planOf, settleRollback } from "./observe-rollback";
import { isProven, ownersOfRollback } from "./owners-of-rollback";
import { pauseOwners } from "./pause-owners";
import { type OwnerSeen, resourceOf, type SchemaAhead } from "./plan";
import { servicesFrozen } from "./services-frozen";
import { serialOf } from "./store";

/** Roll a Deployment to the template of a deploy Change in the ledger, forgotten by the cluster or not. */
export const rollback: Lever<RollbackTarget> = {
  async look(ctx, target) {
    const { change, details } = await destination(ctx, target);
    const { to: template } = await templatesFor(ctx, details, details.templateHash);
    const source = ctx.sources.get("deploys", target.source);
    const name = { namespace: target.namespace, name: target.deployment };
    const service = change.services[0] ?? null;
    const [preview, serial, culprit, owned, freezes] = await Promise.all([
      source.previewRollback(name, template),
      serialOf(ctx.db, resourceOf(target)),
      culpritBlocker(ctx, target, { change, details }),
      ownersOfRollback(ctx, target, details.templateHash),
      servicesFrozen(ctx, target, service),
    ]);
    const { live } = preview;
    const crossed = await crossedByRollback(ctx, target, details, live.revision);
    const [schema, around] = await Promise.all([
      getRollbackReport(ctx, {
        ...{ target, to: { change, details }, live, patienceMs: PATIENCE_MS },
        bringers: crossed.bringers,
      }),
      aroundRollback(ctx, target, { change, details, template }, live),
    ]);
    const said = schema ? schemaOnLever(schema) : unasked(details.revision);
    const missing = schema && missingFilesWarning(schema, "rollback", commandsOf(template));
    const isKept = live.revisions.some((one) => one.templateHash === details.templateHash);
    const from = live.revision === null ? "" : ` ${live.revision}`;
    return {
      label: `Roll back ${target.deployment}${from} → ${details.revision}`,
      confirm: `Confirm: ${details.revision} (${versionOf(details)}, ${livedInWords(change, ctx.now())})`,
      sentence: `${target.deployment}${from} → ${details.revision} (${versionOf(details)}), ${livedInWords(change, ctx.now())}.${around.sentence}${owned.sentence}`,
      blockers: [
        ...preview.blockers,
        ...owned.blockers,
        ...around.blockers,
        ...culprit,
        ...said.blockers,
      ],
      warnings: [
        ...preview.warnings,
        ...owned.warnings,
        ...around.warnings,
        ...said.warnings,
        ...(missing ? [missing] : []),
      ],
      checks: [
        ...preview.checks,
        ...owned.checks,
        ...(isKept
          ? []
          : ["the cluster has forgotten this revision; its template comes from the ledger"]),
        ...said.checks,
        ...around.checks,
      ],
      schema,
      owners: owned.owners,
      touches: crossed.touches,
      leaves: crossed.leaves,
      seen: {
        lever: "rollback",
        uid: live.uid,
        hash: live.templateHash,
        revision: live.revision,
        serial,
        ...owned.seen,
      },
      ...{ freezes, service },
    };
  },

  async prepare(ctx, target, seen) {
    if (seen.lever !== "rollback" || !isProven(ctx, target, seen)) throw seenMismatch();
    const { change, details } = await destination(ctx, target);
    const live = { uid: seen.uid, templateHash: seen.hash };
    const reading = templatesFor(ctx, details, seen.hash);
    const { revision } = details;
    const [templates, config, culprit, schema] = await Promise.all([
      reading,
      reading.then(({ to: template }) => configBlockers(ctx, target, { revision, template })),
      culpritBlocker(ctx, target, { change, details }),
      getRollbackReport(ctx, {
        ...{ target, to: { change, details }, live, bringers: new Map(), patienceMs: 0 },
      }),
    ]);
    const from = seen.revision === null ? "" : ` ${seen.revision}`;
    return {
      plan: {
        lever: "rollback",
        uid: seen.uid,
        fromHash: seen.hash,
        fromRevision: seen.revision,
        toHash: details.templateHash,
        toRevision: details.revision,
        owners: seen.owners,
        schemaAhead: schema && schemaAheadOf(schema),
      },
      label: `Roll back ${target.deployment}${from} → ${details.revision}`,
      service: change.services[0] ?? null,
      url: ctx.sources
        .get("deploys", target.source)
        .urlOf({ namespace: target.namespace, name: target.deployment }),
      templates,
      blockers: [
        ...ownersInTheWay(seen.owners ?? []),
        ...culprit,
        ...config,
        ...(schema ? schemaOnLever(schema).blockers : []),
      ],
    };
  },

  async act(ctx, target, job, { templates }) {
    const plan = planOf(job);
    if (!templates) throw new Error(`${job.restoration.id} was prepared without its templates`);
    const { from, to } = templates;
    if (!from) {
      return {
        outcome: "changed",
        because: "What you saw isn't in the ledger yet. Look again in a second, then press.",
      };
    }
    const unpaused = await pauseOwners(ctx, target, job);
    if (unpaused) return unpaused;
    const answer = await ctx.sources.get("deploys", target.source).rollBack({
      namespace: target.namespace,
      name: target.deployment,
      seen: { uid: plan.uid, templateHash: plan.fromHash },
      template: from,
      to,
      changeCause: `Known Good: ${job.restoration.label.toLowerCase()} (${job.restoration.incidentId}, ${job.restoration.id})`,
      restorationId: job.restoration.id,
    });
    if (answer.outcome !== "accepted") return answer;
    return {
      outcome: "accepted",
      at: new Date(answer.at),
      sentence: "The cluster accepted the patch; a rollout begins",
    };
  },

  observe: observeRollback,

  settle: settleRollback,
};

/** What stands in the way of a rollback that an owner would undo, as it was seen. */
function ownersInTheWay(owners: readonly OwnerSeen[]) {
  const shown = owners.map((owner) => ({ ...owner, sentence: "", who: null, resumedBy: null }));
  return sayOwners(shown).blockers;
}

/** Migrations that stay in the database when the older version comes back. */
function schemaAheadOf({ service, version, paths }: SchemaReport): SchemaAhead | null {
  if (service === null || paths.length === 0) return null;
  return { service, version, paths: paths.slice(0, 50) };
}

/** Without a repository nobody knows of migrations; that is said, and keeps nothing from being pulled. */
function unasked(revision: number): OnLever {
  const sentence = `No repository is named for it: whether the database schema changed since ${revision} isn’t known.`;
  const warning = { code: "schema-unasked", sentence, unsafe: false };
  return { blockers: [], warnings: [warning], checks: [] };
}

/** What the Pods of a template start, to see whether they migrate before they serve. */
function commandsOf({ spec }: PodTemplate): string {
  return JSON.stringify([spec.initContainers ?? [], spec.containers ?? []]);
}

/** What was seen belongs to another lever: a page from another version, or tampering. */
export function seenMismatch(): Refusal {
  return new Refusal("bad-seen", 422, "The page is out of date. Reload it and look again.");
}

async function destination(
  ctx: Ctx,
  target: RollbackTarget,
): Promise<{ change: Change; details: DeployDetails }> {
  const change = await getChange(ctx, target.toChangeId);
  const details = change.details;
  const fits =
    details.kind === "deploy" &&
    change.source === target.source &&
    details.namespace === target.namespace &&
    details.deployment === target.deployment;
  if (!fits) {
    throw new Refusal(
      "bad-target",
      422,
      "That change is no deploy of this Deployment. Reload the page and look again.",
    );
  }
  return { change, details };
}

/** Where a rollback leads, and what it leads away from. Refusal `no-template`. */
async function templatesFor(
  ctx: Ctx,
  to: DeployDetails,
  fromHash: string,
): Promise<{ from: PodTemplate | null; to: PodTemplate }> {
  const pair = await openTemplatePair(ctx, { from: fromHash, to: to.templateHash });
  if (!pair.to) {
    throw new Refusal(
      "no-template",
      409,
      `The ledger holds no template for revision ${to.revision}. Choose another revision on the page of its service, or roll back with kubectl while the cluster still has it.`,
    );
  }
  return { from: pair.from, to: pair.to };
}

function versionOf(details: DeployDetails): string {
  if (details.commit) return details.commit.slice(0, 7);
  const image = details.images[0]?.image;
  return image ? shortImage(image) : details.templateHash.slice(0, 7);
}

function livedInWords(change: Change, now: Date): string {
  return `first live ${ageInWords(now.getTime() - Date.parse(change.at))} ago`;
}
