import { expect, test } from "vitest";
import type { Ctx } from "@/lib/server/context";
import { isLookDue, lookSoon } from "./look-pace";

/** A clock that can be set, and all of a context that is asked for. */
function clock() {
  let at = Date.parse("2026-11-20T10:00:00.000Z");
  const ctx = { db: {}, now: () => new Date(at) } as unknown as Ctx;
  const pass = (ms: number) => {
    at += ms;
  };
  return { ctx, pass, acceptedAt: new Date(at).toISOString() };
}

test("a young revert is looked at every second, an older one every three", () => {
  const { ctx, pass, acceptedAt } = clock();
  const looks = (ms: number) => {
    pass(ms);
    return isLookDue(ctx, 1, acceptedAt);
  };
  expect([looks(0), looks(400), looks(700)]).toEqual([true, false, true]);
  expect([looks(60_000), looks(1_500), looks(1_600)]).toEqual([true, false, true]);
  lookSoon(ctx.db, 1);
  expect(looks(0)).toBe(true);
});

test("a clock that was ahead and is set back keeps nobody from looking until it has caught up", () => {
  const { ctx, pass, acceptedAt } = clock();
  pass(3_600_000);
  expect(isLookDue(ctx, 1, acceptedAt)).toBe(true);
  pass(-3_600_000);
  expect(isLookDue(ctx, 1, acceptedAt)).toBe(true);
  expect(isLookDue(ctx, 1, acceptedAt)).toBe(false);
  pass(1_000);
  expect(isLookDue(ctx, 1, acceptedAt)).toBe(true);
});
