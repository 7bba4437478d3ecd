import { expect, test } from "vitest";
import type { FlagUse } from "./flag-use";
import { type FlagMerge, judgeFlagInCode, judgeFlagsOfVersion } from "./version-flags";

const PATH = "services/checkout/pricing.ts";
const use = (more: Partial<FlagUse> = {}): FlagUse => ({
  path: PATH,
  mentions: true,
  otherPaths: 0,
  ...more,
});
const merge = (number: number, before: FlagUse[]): FlagMerge => ({
  number,
  liveAt: "2026-11-28T13:20:00.000Z",
  before,
});
const ask = (running: FlagUse[], merges: FlagMerge[], isTurningOff = true) =>
  judgeFlagInCode({
    key: "discount-engine",
    doing: isTurningOff ? "turning it off" : "turning it on",
    isTurningOff,
    commit: "a1b9c3e4d5",
    running,
    merges,
    now: "2026-11-28T14:00:00.000Z",
  });

test("a flag whose last mention was removed does nothing, and the merge and file are named", () => {
  const found = ask([use({ mentions: false })], [merge(431, [use()]), merge(402, [])]);
  expect(found.warnings).toEqual([
    {
      code: "flag-gone",
      sentence:
        "#431 removed discount-engine from services/checkout/pricing.ts, live since 13:20 UTC: turning it off does nothing.",
      unsafe: true,
    },
  ]);
});

test("a removal of yesterday is told with its day", () => {
  const old = { ...merge(431, [use()]), liveAt: "2026-11-26T13:20:00.000Z" };
  expect(ask([use({ mentions: false })], [old]).warnings[0]?.sentence).toContain(
    "live since 13:20 UTC on 26 November 2026",
  );
});

test("gone without a merge that shows it is said more carefully; nothing known is not claimed", () => {
  expect(ask([use({ mentions: false })], []).warnings[0]?.sentence).toBe(
    "The running version (a1b9c3e) has discount-engine in none of the files that its merges touched (1): turning it off may do nothing.",
  );
  expect(ask([], [])).toEqual({ warnings: [], checks: [] });
});

test("a flag that is still read is a check", () => {
  expect(ask([use()], [merge(431, [use()])])).toEqual({
    warnings: [],
    checks: ["the running version (a1b9c3e) reads discount-engine in services/checkout/pricing.ts"],
  });
});

test("a guard that lost its other path is unsafe to turn off, not on", () => {
  const before = [use({ otherPaths: 1 })];
  const [warning] = ask([use()], [merge(440, before)]).warnings;
  expect(warning).toEqual({
    code: "flag-one-path",
    sentence:
      "#440 took the other path of discount-engine out of services/checkout/pricing.ts, live since 13:20 UTC: turning it off may not bring the old behaviour back.",
    unsafe: true,
  });
  expect(ask([use()], [merge(440, before)], false).warnings).toEqual([]);
});

test("an older version doesn't know younger flags", () => {
  const flag = (key: string) => ({ key, number: 431, revision: 24 });
  expect(judgeFlagsOfVersion(23, [])).toEqual([]);
  expect(judgeFlagsOfVersion(23, [flag("discount-engine")])).toEqual([
    {
      code: "flag-unknown-there",
      sentence: "discount-engine means nothing in 23: #431, which brought it, went live with 24.",
      unsafe: false,
    },
  ]);
  expect(judgeFlagsOfVersion(23, ["a", "b", "c", "d", "e"].map(flag))[0]?.sentence).toMatch(
    /went live with 24\. Nor do d and e\.$/,
  );
});
