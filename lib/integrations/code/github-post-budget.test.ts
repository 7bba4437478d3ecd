import { expect, test } from "vitest";
import { createPostBudget } from "./github-post-statuses";

const MOST = 120;

/** A clock in milliseconds that the test moves, and a budget on it. */
function budgetAt(begin: number) {
  const clock = { ms: begin };
  return { clock, budget: createPostBudget(() => new Date(clock.ms)) };
}

test("so many in any minute, and room again once they are a minute old", () => {
  const { clock, budget } = budgetAt(1_000_000);
  for (let count = 0; count < MOST; count += 1) {
    expect(budget.takeOne()).toBe(true);
    clock.ms += 100;
  }
  expect(budget.takeOne()).toBe(false);
  clock.ms = 1_000_000 + 60_000;
  expect(budget.takeOne()).toBe(true);
  expect(budget.takeOne()).toBe(false);
});

test("room for several is there when the last of them may be posted", () => {
  const { clock, budget } = budgetAt(1_000_000);
  for (let count = 0; count < MOST - 3; count += 1) {
    budget.takeOne();
    clock.ms += 100;
  }
  expect(budget.roomFor(3).getTime()).toBe(clock.ms);
  expect(budget.roomFor(4).getTime()).toBe(1_060_000);
  expect(budget.roomFor(10).getTime()).toBe(1_060_600);
  // More than there ever is room for: when all that was posted is a minute old.
  expect(budget.roomFor(1_000).getTime()).toBe(1_060_000 + (MOST - 4) * 100);
});
