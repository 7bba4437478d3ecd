import "server-only";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { RollbackTarget } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import { migrationScope } from "@/lib/rules/migration-scope";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { versionWithTemplate } from "./deploy-store";
import { type Bringer, getReport } from "./get-report";
import { betweenCommits } from "./question";

/**
 * Whether the version that a rollback leads to runs on today's schema. Null where no service of the
 * Deployment names a repository: then nobody knows of migrations.
 */
export async function getRollbackReport(
  ctx: Ctx,
  about: {
    target: RollbackTarget;
    to: { change: Change; details: DeployDetails };
    live: { uid: string; templateHash: string };
    bringers: ReadonlyMap<string, Bringer>;
    patienceMs: number;
  },
): Promise<SchemaReport | null> {
  const { target, live, bringers, patienceMs } = about;
  const { change, details } = about.to;
  const [services, version] = await Promise.all([
    listServices(ctx),
    versionWithTemplate(ctx.db, {
      ...{ source: target.source, subject: `${target.namespace}/${target.deployment}` },
      ...live,
    }),
  ]);
  const service = services.find(
    (one) => one.repository !== null && change.services.includes(one.name),
  );
  if (!service?.repository) return null;
  const { repository } = service;
  const place = { source: repository.source, repository: repository.name };
  const scope = migrationScope([repository]);
  const from = details.commit;
  const to = version?.commit ?? null;
  return getReport(ctx, {
    ...{ place, scope, bringers, patienceMs, commits: { from, to }, service: service.name },
    question: from && to ? betweenCommits(place, scope, { from, to }) : null,
    problem: from
      ? "Which commit is live isn’t known: its image and annotations name none."
      : `Which commit ${details.revision} was built from isn’t known: its image and annotations name none.`,
    returning: {
      whole: `${service.title} ${details.revision}`,
      short: String(details.revision),
      since: `since ${details.revision}`,
    },
  });
}
