import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { RevertTarget, Warning } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { ObservedPull } from "@/lib/integrations/code-source";
import { missingFilesWarning } from "@/lib/rules/missing-migrations";
import { counted } from "@/lib/rules/say";
import { type OnLever, schemaOnLever } from "@/lib/rules/write-schema-report";
import { PATIENCE_MS } from "@/lib/schemas/get-report";
import { getRevertReport } from "@/lib/schemas/get-revert-report";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { aroundRevert } from "./around-revert";
import type { Lever } from "./lever";
import { observeRevert, planOf } from "./observe-revert";
import { resourceOf } from "./plan";
import { askRevertPath, type PathTold } from "./read-revert-path";
import { seenMismatch } from "./rollback";
import { serialOf } from "./store";

/** Where it can't be reverted anyway. */
const NO_PATH: PathTold = { path: null, problem: null };

/** Revert a merged pull request, and follow the revert through checks, merge, delivery and rollout. */
export const revert: Lever<RevertTarget> = {
  async look(ctx, target) {
    const source = ctx.sources.get("code", target.source);
    const asked = askRevertPath(ctx, target, await branchOf(ctx, target));
    const [preview, serial, merge] = await Promise.all([
      source.previewRevert(target.repository, target.number),
      serialOf(ctx.db, resourceOf(target)),
      mergeOf(ctx, target),
    ]);
    const { pull, existing } = preview;
    const [{ path, problem }, schema, around] = await Promise.all([
      preview.blockers.length > 0 ? NO_PATH : asked.told(pull.base),
      getRevertReport(ctx, {
        ...{ target, pull: filesOf(pull, merge), merge, patienceMs: PATIENCE_MS },
      }),
      aroundRevert(ctx, merge),
    ]);
    const said: OnLever = schema
      ? schemaOnLever(schema)
      : { blockers: [], warnings: [], checks: [] };
    const missing = schema && missingFilesWarning(schema, "revert", null);
    // What the adapter only suspects by a file's name is judged here.
    const warnings = preview.warnings
      .filter(({ code }) => schema === null || code !== "reverts-migration")
      .map((one) => (one.code === "many-files" ? mayHideOne(one) : one));
    const verb = existing ? `Follow revert #${existing.number} of` : "Open revert of";
    return {
      label: `${verb} #${target.number}`,
      confirm: existing
        ? `Confirm: see #${existing.number} through, which reverts #${target.number}`
        : `Confirm: open a pull request that reverts #${target.number}`,
      sentence: `Revert #${target.number} ${pull.title} (${counted(pull.files.length, "file")}).`,
      blockers: [...preview.blockers, ...(path?.blockers ?? []), ...said.blockers],
      warnings: [
        ...warnings,
        ...(path?.warnings ?? []),
        ...(problem ? [problem] : []),
        ...around.warnings,
        ...said.warnings,
        ...(missing ? [missing] : []),
      ],
      checks: [...preview.checks, ...(path?.checks ?? []), ...around.checks, ...said.checks],
      schema,
      touches: "every branch downstream: it is a code change",
      leaves: [
        ...around.leaves,
        "flags as they are",
        ...(schema ? ["what its migrations did to the database"] : []),
      ],
      seen: { lever: "revert", head: pull.headCommit, serial },
      service: merge?.services[0] ?? null,
      path,
    };
  },

  async prepare(ctx, target, seen) {
    if (seen.lever !== "revert") throw seenMismatch();
    const pull = { number: target.number, headCommit: seen.head };
    const [merge, schema] = await Promise.all([
      mergeOf(ctx, target),
      getRevertReport(ctx, { target, pull, merge: null, patienceMs: 0 }),
    ]);
    return {
      blockers: schema ? schemaOnLever(schema).blockers : [],
      plan: { lever: "revert", head: seen.head, revertNumber: null, mergeCommit: null },
      label: `Revert ${merge?.title ?? `#${target.number}`}`,
      service: merge?.services[0] ?? null,
      url: ctx.sources.get("code", target.source).urlOf(target.repository, target.number),
    };
  },

  async act(ctx, target, job) {
    const { restoration } = job;
    const answer = await ctx.sources.get("code", target.source).revert({
      repository: target.repository,
      number: target.number,
      seenHead: planOf(job).head,
      restorationId: restoration.id,
      incidentId: restoration.incidentId,
      incidentUrl: `${ctx.publicUrl}/incidents/${restoration.incidentId}`,
    });
    switch (answer.outcome) {
      case "accepted":
        return {
          outcome: "accepted",
          at: new Date(answer.at),
          sentence: answer.found
            ? `Found #${answer.number}, which reverts it already`
            : `Opened #${answer.number}. Opening is not restoring: it must be merged and delivered`,
          plan: { ...planOf(job), revertNumber: answer.number, ...headsOf(answer.head) },
          url: answer.url,
        };
      case "by-hand":
        return {
          outcome: "refused",
          blocker: {
            code: "by-hand",
            sentence: answer.because,
            who: null,
            commands: answer.commands,
          },
        };
      case "refused":
        return answer;
      default:
        return answer satisfies never;
    }
  },

  observe: observeRevert,

  async settle(ctx, target, job) {
    const source = ctx.sources.get("code", target.source);
    const found = await source.findRevert(target.repository, target.number, job.restoration.id);
    if (!found) {
      return {
        found: "not-applied",
        sentence: "Read back: no pull request carries this Restoration's mark",
      };
    }
    return {
      found: "applied",
      sentence: `Read back: #${found.number} carries this Restoration's mark`,
      plan: { ...planOf(job), revertNumber: found.number, ...headsOf(found.head) },
      url: found.url,
    };
  },
};

/** What it ends at when it is opened, or found, is what was reviewed. */
function headsOf(head: string | null | undefined) {
  return head ? { revertHead: head, reviewedHeads: [head] } : {};
}

/** The branch that services of a repository are delivered from: what is reverted went there, most likely. */
async function branchOf(ctx: Ctx, { source, repository }: RevertTarget): Promise<string | null> {
  const isIts = ({ repository: one }: Service) => one?.source === source && one.name === repository;
  const service = ctx.fileServices.find(isIts) ?? (await listServices(ctx)).find(isIts);
  return service?.repository?.branch ?? null;
}

async function mergeOf(ctx: Ctx, target: RevertTarget): Promise<Change | null> {
  const [merge] = await changesOfSubject(ctx.db, {
    source: target.source,
    subject: `${target.repository}#${target.number}`,
    limit: 1,
  });
  return merge ?? null;
}

/** Files that nobody has looked at may hold a migration that it can't be reverted without. */
function mayHideOne(cut: Warning): Warning {
  return {
    ...cut,
    sentence: `${cut.sentence} A migration may be among the others.`,
    unsafe: true,
  };
}

/** A pull request as it is now; whether it is itself a revert is what the ledger or its title says. */
function filesOf(pull: ObservedPull, merge: Change | null) {
  const { number, headCommit, mergeCommit, files, title } = pull;
  const isTold = merge?.details.kind === "merge" && merge.details.revertOf !== null;
  return { number, headCommit, mergeCommit, files, isRevert: isTold || /^revert\b/i.test(title) };
}
