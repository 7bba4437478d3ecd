import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getChange } from "@/lib/changes/get-change";
import type { LeverPreview } from "@/lib/contracts/lever";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import { FLAG } from "@/lib/server/test-names";
import { deployOf, learn, learnCode, learnDeploys } from "@/lib/server/test-press";
import { codesOf, countDeploys, eventually, release, rollbackTo } from "@/lib/server/test-rollout";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewLever } from "./preview-lever";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** What every flag that is on for all says when it is turned off. */
const OFF_FOR_ALL = "ends-for-everyone";
const ofCode = ({ warnings }: LeverPreview) => warnings.filter(({ code }) => code !== OFF_FOR_ALL);

function turnOff(ctx: Ctx): Promise<LeverPreview> {
  return previewLever(ctx, {
    ...{ lever: "retoggle", source: "flags", project: "default", key: FLAG },
    ...{ environment: "production", to: { state: "off" } },
  });
}

/** Merges a pull request with these files; gives its number and the commit on main. */
async function merge(title: string, files: Record<string, string>) {
  const branch = title.toLowerCase().replaceAll(/\W+/g, "-");
  const { number } = await world.github.openPullRequest({
    ...{ title, branch, files },
    author: { login: "ann" },
  });
  await world.github.merge(number);
  const sha = world.github.pullRequest(number)?.merge?.sha;
  if (!sha) throw new Error(`#${number} was not merged.`);
  return { number, sha };
}

describe("flags and versions", () => {
  const database = embeddedDatabase();

  test("a version from before a flag's first merge doesn't know it", async () => {
    const ctx = ctxOn(world, database().db);
    await learn(ctx, world);
    await learnCode(ctx);
    const older = await rollbackTo(ctx, 1);
    expect(older.warnings.find((one) => one.code === "flag-unknown-there")?.sentence).toBe(
      `${FLAG} means nothing in 1: #${world.pulls[1]?.number}, which brought it, went live with 2.`,
    );
    expect(codesOf(await rollbackTo(ctx, 2))).not.toContain("flag-unknown-there");
  }, 30_000);

  test("a flag that the running code reads can be turned; one whose code is gone does nothing", async () => {
    const ctx = ctxOn(world, database().db);
    const path = "src/basket.ts";
    await learn(ctx, world);
    await learnCode(ctx);
    const fine = await turnOff(ctx);
    expect(ofCode(fine)).toEqual([]);
    expect(fine.checks.at(-1)).toContain(`reads ${FLAG} in ${path}`);

    const guarded = `if (flags.on("${FLAG}")) {\n  fast();\n} else {\n  slow();\n}\n`;
    const ran = async (sha: string, revision: number) => {
      await release(world, [], sha);
      await eventually(async () => {
        await learnDeploys(ctx, world);
        return countDeploys(ctx);
      }).toBe(revision);
      const id = await deployOf(ctx, revision);
      await eventually(async () => {
        await learnCode(ctx);
        return (await getChange(ctx, id)).carries;
      }).toHaveLength(1);
    };
    await ran((await merge("Guard both ways", { [path]: guarded })).sha, 4);
    expect(ofCode(await turnOff(ctx))).toEqual([]);

    const oneWay = await merge("Keep the fast way", {
      [path]: `flags.on("${FLAG}");\nfast();\n`,
    });
    await ran(oneWay.sha, 5);
    expect(ofCode(await turnOff(ctx))).toMatchObject([{ code: "flag-one-path", unsafe: true }]);

    const gone = await merge("Drop the flag", { [path]: "fast();\n" });
    expect(codesOf(await turnOff(ctx))).toContain("flag-one-path");
    await ran(gone.sha, 6);
    const [warning] = ofCode(await turnOff(ctx));
    expect(warning).toMatchObject({ code: "flag-gone", unsafe: true });
    expect(warning?.sentence).toMatch(
      new RegExp(
        `^#${gone.number} removed ${FLAG} from ${path}, live since \\d\\d:\\d\\d UTC: turning it off does nothing\\.$`,
      ),
    );
  }, 60_000);
});
