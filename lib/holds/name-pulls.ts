import "server-only";
import { namePull, unnamedPulls } from "@/lib/freezes/held-store";
import type { HeldPull, PullPaths } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { servicesTouched } from "@/lib/rules/services-touched";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

/** So many are named at a turn; the rest at the next. */
const A_TURN = 100;

type Held = {
  source: string;
  repository: string;
  freezeNumbers: number[];
  pulls: readonly HeldPull[];
};

/**
 * Says whose code the pull requests change that a freeze holds, once for each head. A source that can't be
 * asked leaves them unnamed until the next look. True when some have a name now.
 */
export async function namePulls(ctx: Ctx, held: Held): Promise<boolean> {
  const { source, repository, freezeNumbers } = held;
  const heads = held.pulls.map(({ number, head }) => ({
    ...{ number, head, value: `${repository}#${number}` },
  }));
  const unnamed = await unnamedPulls(ctx.db, freezeNumbers, heads);
  const wanted = heads.filter(({ value }) => unnamed.has(value)).slice(0, A_TURN);
  if (wanted.length === 0) return false;
  const services = await listServices(ctx);
  let isNews = false;
  for (const { number, head, paths } of await pathsOf(ctx, held, wanted)) {
    const touched = servicesTouched(services, { source, repository, paths });
    const named = { value: `${repository}#${number}`, head, services: touched };
    isNews = (await namePull(ctx.db, freezeNumbers, named)) || isNews;
  }
  return isNews;
}

async function pathsOf(
  ctx: Ctx,
  { source, repository }: Held,
  wanted: { number: number }[],
): Promise<PullPaths[]> {
  const adapter = ctx.sources.all().find(({ name }) => name === source)?.adapter;
  if (adapter?.kind !== "code" || !adapter.guard?.pathsOfPulls) return [];
  try {
    const numbers = wanted.map(({ number }) => number);
    return await adapter.guard.pathsOfPulls({ repository, numbers });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    ctx.log.debug({ err: error, source, repository }, "what held pull requests change isn't known");
    return [];
  }
}
