import type { Restoration, Stage } from "@/lib/contracts/restoration";
import { advanceReverts, type RunningReverts } from "@/lib/restorations/advance-reverts";
import { followRestorations } from "@/lib/restorations/follow-restorations";
import { getRestoration } from "@/lib/restorations/get-restoration";
import type { Ctx } from "./context";
import type { TestWorld } from "./test-world";

/** What the sandbox's continuous integration reports. */
export const CHECKS = ["ci / build", "ci / test"];

/** One turn over the opened reverts, waited for. */
export async function advanceOnce(ctx: Ctx, options = { isAlone: true }): Promise<void> {
  const running: RunningReverts = new Map();
  await advanceReverts(ctx, running, options);
  await Promise.all(running.values());
}

/** Follows and advances as the server does until it is as wished; `between` is called between turns. */
export async function advanceUntil(
  ctx: Ctx,
  id: string,
  isEnough: (restoration: Restoration) => boolean,
  between: () => void = () => undefined,
): Promise<Restoration> {
  const until = Date.now() + 20_000;
  for (;;) {
    await advanceOnce(ctx);
    await followRestorations(ctx, { isAlone: true });
    const { restoration } = await getRestoration(ctx, id);
    if (isEnough(restoration)) return restoration;
    if (Date.now() > until) throw new Error(`${id} stays ${JSON.stringify(restoration.stages)}`);
    between();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function stageOf(stages: readonly Stage[], name: string): Stage["state"] | null {
  return stages.find((one) => one.name === name)?.state ?? null;
}

/** What the product has written on GitHub since: names of mutations, and paths of other requests. */
export function writesSince(world: TestWorld): () => string[] {
  const before = world.github.requests.length;
  return () =>
    world.github.requests.slice(before).flatMap(({ operation, method, path }) => {
      if (path.endsWith("/graphql"))
        return /PullRequest|Auto/.test(operation ?? "") ? [operation ?? ""] : [];
      return method === "GET" ? [] : [path];
    });
}
