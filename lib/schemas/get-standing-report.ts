import "server-only";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import type { Service } from "@/lib/contracts/service";
import { migrationScope } from "@/lib/rules/migration-scope";
import type { Ctx } from "@/lib/server/context";
import { recentVersions } from "./deploy-store";
import { getReport } from "./get-report";
import { betweenCommits } from "./question";

const DEPLOYS = 12;

/**
 * Whether the version in front of the live one would run on today's schema, from the ledger alone: what
 * was judged when it was delivered. Null where there is no repository or no earlier version; of several
 * Deployments the worst is told.
 */
export async function getStandingReport(ctx: Ctx, service: Service): Promise<SchemaReport | null> {
  const { repository } = service;
  if (!repository) return null;
  const place = { source: repository.source, repository: repository.name };
  const scope = migrationScope([repository]);
  const places = service.deployments.map(({ source, namespace, name }) => ({
    ...{ source, subject: `${namespace}/${name}` },
  }));
  const recent = await recentVersions(ctx.db, places, DEPLOYS);
  const reports = places.map(async ({ source, subject }) => {
    const [live, ...before] = recent.filter(
      (one) => one.source === source && one.subject === subject,
    );
    const previous = before.find(({ templateHash }) => templateHash !== live?.templateHash);
    if (!live || !previous) return null;
    const [from, to] = [previous.commit, live.commit];
    return getReport(ctx, {
      ...{ place, scope, service: service.name, commits: { from, to }, patienceMs: 0 },
      question: from && to ? betweenCommits(place, scope, { from, to }) : null,
      problem: `Which commit ${from ? live.revision : previous.revision} was built from isn’t known.`,
      returning: {
        ...{ whole: `${service.title} ${previous.revision}`, short: String(previous.revision) },
        since: `since ${previous.revision}`,
      },
      bringers: new Map(),
    });
  });
  const told = (await Promise.all(reports)).filter((one) => one !== null);
  return (
    told.find(({ verdict }) => verdict === "incompatible") ??
    told.find(({ verdict }) => verdict === "unknown") ??
    told[0] ??
    null
  );
}
