import "server-only";
import { linkDeploys } from "@/lib/changes/link-deploys";
import { recordMerges } from "@/lib/changes/record-merges";
import { mergeNumbers } from "@/lib/changes/store";
import type { RepositoryRef, Service } from "@/lib/contracts/service";
import type { CodeSource } from "@/lib/integrations/code-source";
import { readFlagUse } from "@/lib/restorations/read-flag-use";
import { warmReports } from "@/lib/schemas/warm-reports";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import type { SourceHealth } from "./source-health";

const LOOK_BACK_MS = 90 * 24 * 3_600_000;
const PULLS_A_TURN = 15;

/** One look at a repository host: pull requests merged since the last, linked to flags and deploys. */
export async function collectCode(
  ctx: Ctx,
  source: { name: string; adapter: CodeSource },
  health: SourceHealth,
): Promise<void> {
  const services = await listServices(ctx);
  const repositories = repositoriesOf(
    services.flatMap((service) => service.repository ?? []),
    source.name,
  );
  if (repositories.length === 0) await source.adapter.check();
  const readAt = ctx.now();
  let written = 0;
  for (const { name, branch } of repositories) {
    written += await readRepository(ctx, source, { name, branch }, services);
  }
  const linked = await linkDeploys(ctx, { services, source: source.name, readAt });
  if (written + linked > 0) ctx.publish("changes");
  health.live(ctx.now(), source.adapter.rateLimit());
  // A new deploy has new migrations in front of it: judged before anybody opens a card.
  await warmReports(ctx, { services, source: source.name });
  if (written + linked > 0) await readFlagUse(ctx, { services, source: source.name });
}

/** Takes in what is new a few at a time, so that a long past is kept as far as it was read. */
async function readRepository(
  ctx: Ctx,
  source: { name: string; adapter: CodeSource },
  repository: { name: string; branch: string },
  services: Service[],
): Promise<number> {
  let written = 0;
  for (;;) {
    const pulls = await source.adapter.mergedSince({
      repository: repository.name,
      branch: repository.branch,
      since: new Date(ctx.now().getTime() - LOOK_BACK_MS),
      limit: PULLS_A_TURN,
      known: await mergeNumbers(ctx.db, source.name, repository.name),
    });
    written += await recordMerges(ctx, { source: source.name, services, pulls });
    if (pulls.length < PULLS_A_TURN) return written;
    ctx.publish("changes");
  }
}

function repositoriesOf(all: RepositoryRef[], source: string): RepositoryRef[] {
  const found = new Map<string, RepositoryRef>();
  for (const one of all) if (one.source === source) found.set(`${one.name}@${one.branch}`, one);
  return [...found.values()];
}
