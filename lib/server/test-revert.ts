import type { Restoration, Stage } from "@/lib/contracts/restoration";
import { advanceReverts, type RunningReverts } from "@/lib/restorations/advance-reverts";
import { followRestorations } from "@/lib/restorations/follow-restorations";
import { getRestoration } from "@/lib/restorations/get-restoration";
import { restore } from "@/lib/restorations/restore";
import type { Ctx } from "./context";
import type { Database } from "./db";
import { ctxOn } from "./test-ctx";
import { arm, newKey } from "./test-press";
import type { TestWorld } from "./test-world";

/** What the sandbox's continuous integration reports. */
export const CHECKS = ["ci / build", "ci / test"];

/** A context whose clock can be set forward. */
export function aheadOf(world: TestWorld, db: Database) {
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const pass = (ms: number) => {
    aheadMs += ms;
  };
  return { ctx: ctxOn(world, db, { now }), pass };
}

/** Pulls the revert of the incident's culprit: the Restoration, and the number of what was opened. */
export async function openedRevert(ctx: Ctx, world: TestWorld) {
  const input = await arm(ctx, world, "revert");
  const { restoration } = await restore(ctx, { ...input, key: newKey() });
  const row = await ctx.db.restoration.findFirstOrThrow({ orderBy: { number: "desc" } });
  const { revertNumber } = row.plan as { revertNumber: number };
  return { id: restoration?.id ?? "", number: revertNumber, incidentId: input.incidentId };
}

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

/** Something else is merged meanwhile, and the branch asks everybody to be up to date. */
export async function moveBaseOn(world: TestWorld): Promise<string> {
  world.github.setProtection({ strict: true });
  const at = `notes/${Date.now()}.md`;
  const author = { login: "ann" };
  return world.github.push({ branch: "main", message: "Note", files: { [at]: "x\n" }, author });
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
