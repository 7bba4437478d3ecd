import "server-only";
import { flagSnapshots } from "@/lib/changes/flag-store";
import { changesById, changesOfSubject, mergesMentioning } from "@/lib/changes/store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { RollbackTarget, Warning } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { ObservedDeployment, PodTemplate } from "@/lib/integrations/deploy-source";
import { compareTemplates } from "@/lib/rules/compare-templates";
import type { ConfigJudgement } from "@/lib/rules/config-at-rollback";
import { movedTags } from "@/lib/rules/config-images";
import { settingsChanged } from "@/lib/rules/settings-changed";
import { judgeFlagsOfVersion, type YoungFlag } from "@/lib/rules/version-flags";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { configOfRollback } from "./config-of-rollback";
import { flagUseAt } from "./flag-use-at";

/** `sentence`: what it does to the configuration, when it does nothing else. */
export type AroundRollback = ConfigJudgement & { sentence: string };

/**
 * What a rollback meets around the code that it brings back: settings that it restores, configuration
 * that is gone or changed, flags that are younger than that version, image tags that have moved since.
 */
export async function aroundRollback(
  ctx: Ctx,
  target: RollbackTarget,
  to: { change: Change; details: DeployDetails; template: PodTemplate },
  live: ObservedDeployment,
): Promise<AroundRollback> {
  const deploys = await changesOfSubject(ctx.db, {
    source: target.source,
    subject: `${target.namespace}/${target.deployment}`,
    limit: 100,
  });
  const [config, flags] = await Promise.all([
    configOfRollback(ctx, target, to, deploys),
    flagsOfRollback(ctx, to, deploys, live.revision),
  ]);
  const images = movedTags(
    to.details,
    deploys.flatMap(({ details }) => (details.kind === "deploy" ? [details] : [])),
  );
  const differences = compareTemplates(live.template, to.template);
  const settings = settingsChanged(differences);
  const more = settings.length > 3 ? ` and ${settings.length - 3} more` : "";
  const restored = `${settings.slice(0, 3).join("; ")}${more}`;
  const isOnlySettings = settings.length > 0 && !differences.some((one) => /^image\b/.test(one));
  return {
    blockers: config.blockers,
    warnings: [...config.warnings, ...images, ...flags],
    checks: [
      ...(settings.length > 0 ? [`restores configuration: ${restored}`] : []),
      ...config.checks,
    ],
    sentence: isOnlySettings ? ` No code changes: it restores ${restored}.` : "",
  };
}

/** Flags of the service whose first merge went live after the version we return to. */
async function flagsOfRollback(
  ctx: Ctx,
  to: { change: Change; details: DeployDetails },
  deploys: Change[],
  liveRevision: number | null,
): Promise<Warning[]> {
  const { revision, uid, commit } = to.details;
  const since = deploys.filter(
    ({ details }) =>
      details.kind === "deploy" &&
      details.uid === uid &&
      details.revision > revision &&
      details.revision <= (liveRevision ?? Number.MAX_SAFE_INTEGER),
  );
  const services = (await listServices(ctx)).filter((one) => to.change.services.includes(one.name));
  const young = await Promise.all(services.map((one) => youngFlags(ctx, one, since, commit)));
  const distinct = new Map(young.flat().map((one) => [one.key, one]));
  return judgeFlagsOfVersion(revision, [...distinct.values()]);
}

async function youngFlags(
  ctx: Ctx,
  service: Service,
  since: Change[],
  commit: string | null,
): Promise<YoungFlag[]> {
  const { flags, repository } = service;
  if (!flags || !repository) return [];
  const carried = new Set(since.flatMap((deploy) => deploy.carries));
  const recent = await changesById(ctx.db, [...carried]);
  const mentioned = new Set(
    recent.flatMap(({ details }) => (details.kind === "merge" ? details.flagKeys : [])),
  );
  const snapshots = await flagSnapshots(ctx.db, flags.source, flags);
  const keys = [...mentioned].filter(
    (key) => snapshots.has(key) && (flags.keys === undefined || flags.keys.includes(key)),
  );
  const found = await Promise.all(
    keys.map(async (key): Promise<YoungFlag[]> => {
      const merges = (await mergesMentioning(ctx.db, [key])).filter(
        ({ details }) =>
          details.kind === "merge" &&
          details.repository === repository.name &&
          details.flagKeys.includes(key),
      );
      const first = merges.at(-1);
      if (first?.details.kind !== "merge" || !carried.has(first.id)) return [];
      const deploy = since.findLast((one) => one.carries.includes(first.id));
      if (deploy?.details.kind !== "deploy") return [];
      // The ledger may begin after the flag did; the code of that version knows better.
      const paths = merges.flatMap(({ details }) =>
        details.kind === "merge" ? details.files.map((file) => file.path) : [],
      );
      const place = { source: repository.source, repository: repository.name, key, paths };
      const there = commit ? await flagUseAt(ctx, { ...place, commit }) : null;
      if (there?.some((one) => one.mentions)) return [];
      return [{ key, number: first.details.number, revision: deploy.details.revision }];
    }),
  );
  return found.flat();
}
