import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { LeverPreview, RevertTarget } from "@/lib/contracts/lever";
import type { Ctx } from "@/lib/server/context";
import { ctxOn, wrapping } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { REPOSITORY } from "@/lib/server/test-names";
import { learn, learnCode, learnDeploys, targetOf } from "@/lib/server/test-press";
import { release } from "@/lib/server/test-release";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewLever } from "./preview-lever";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.github.setProtection({ checks: true, contexts: [], reviews: 0 });
  world.github.setMerging({ autoMerge: true, merge: true, squash: true, rebase: true });
});
afterAll(() => world.stop());

eachDatabase("a revert before the click", (database) => {
  const merged = async (ctx: Ctx): Promise<RevertTarget> => {
    const target = await targetOf(ctx, world, "revert");
    if (target.lever !== "revert") throw new Error("It is no revert.");
    return target;
  };
  const look = async (ctx: Ctx, target?: RevertTarget): Promise<LeverPreview> =>
    previewLever(ctx, target ?? (await merged(ctx)));
  const sentences = ({ warnings }: LeverPreview) => warnings.map(({ sentence }) => sentence);

  test("says what its branch requires and how it would be merged", async () => {
    const ctx = ctxOn(world, database().db);
    const free = await look(ctx);
    expect(free.blockers).toEqual([]);
    expect(free.checks.join("\n")).toMatch(/main requires ci \/ build and ci \/ test\./);
    expect(free.checks.join("\n")).toMatch(/It would be merged: auto-merge by squash\./);
    expect(sentences(free)).toEqual([]);

    world.github.setProtection({ reviews: 1 });
    world.github.setMerging({ autoMerge: false });
    const held = await look(ctx);
    expect(held.blockers).toEqual([]);
    expect(sentences(held).join("\n")).toMatch(/approving review/);
    expect(sentences(held).join("\n")).toMatch(/auto-merge/);
    expect(held.estimate.basis).toMatch(/; and as long as one approving review takes$/);
  });

  test("a branch that somebody locked, and the end of the queue, are seen before", async () => {
    const ctx = ctxOn(world, database().db);
    const target = await merged(ctx);
    const ruleset = world.github.addRuleset({ name: "Quarter end", rules: [{ type: "update" }] });
    onTestFinished(() => {
      ruleset.enforcement = "disabled";
    });
    const { blockers } = await look(ctx, target);
    ruleset.enforcement = "disabled";
    expect(blockers).toMatchObject([
      {
        code: "branch-frozen",
        sentence: expect.stringContaining("Quarter end"),
        who: expect.stringContaining("an administrator of acme/shop"),
        commands: [expect.stringContaining("enforcement=disabled")],
      },
    ]);
    world.github.setMergeQueue({});
    onTestFinished(() => world.github.setMergeQueue(null));
    const queued = await look(ctx);
    expect(queued.blockers).toEqual([]);
    expect(queued.checks.join("\n")).toMatch(
      /It would be merged: the (end|front) of the merge queue/,
    );
  });

  test("takes as long as its stages usually do, and says from what that is known", async () => {
    const ctx = ctxOn(world, database().db);
    const nothing = await previewLever(ctx, {
      ...{ lever: "revert", source: "code", repository: REPOSITORY, number: 1 },
    });
    expect(nothing.estimate.basis).toMatch(
      /^checks .+ \(the last .+ into main\) \+ delivery 13 min \(assumed\)/,
    );
    const target = await merged(ctx);
    await learn(ctx, world);
    const { number } = await release(world, { "src/delivered.ts": "export {};\n" }, "Deliver this");
    await learnCode(ctx);
    await expect
      .poll(
        async () => {
          await learnDeploys(ctx, world);
          // What a deploy carries is told once the repository was read after it.
          await learnCode(ctx);
          const [done] = await ctx.db.change.findMany({
            where: {
              kind: "deploy",
              carries: { some: { to: { naturalKey: `acme/shop#${number}` } } },
            },
          });
          return done?.completedAt ?? null;
        },
        { timeout: 20_000 },
      )
      .not.toBeNull();
    const { estimate } = await look(ctx, target);
    expect(estimate.basis).toMatch(
      /^checks \S+ s \(the last \d+ merges into main\) \+ delivery .+ \+ rollout .+ \(the last (delivery|\d+ deliveries) of checkout\)$/,
    );
    expect(estimate.n).toBeGreaterThan(0);
    expect(estimate.p50Ms).toBeGreaterThan(0);
  });

  test("what doesn't come in time is left out, and is there for whoever looks next", async () => {
    const ctx = ctxOn(world, database().db);
    const target = await merged(ctx);
    const path = Promise.withResolvers<void>();
    let asked = 0;
    const sources = wrapping(ctx.sources, "code", (code) => ({
      ...code,
      guard: code.guard && {
        ...code.guard,
        revertPath: async (query) => {
          asked += 1;
          await path.promise;
          return present(code.guard).revertPath(query);
        },
      },
    }));
    const slow = { ...ctx, sources };
    const early = await look(slow, target);
    expect(early.blockers).toEqual([]);
    expect(early.warnings).toMatchObject([
      {
        code: "path-unknown",
        sentence: expect.stringMatching(/hasn’t said yet what main requires/),
      },
    ]);
    path.resolve();
    await expect
      .poll(async () => (await look(slow, target)).checks.join("\n"))
      .toMatch(/It would be merged/);
    expect(asked).toBe(1);
  });
});

function present<T>(value: T | null | undefined): T {
  if (value == null) throw new Error("It isn't there.");
  return value;
}
