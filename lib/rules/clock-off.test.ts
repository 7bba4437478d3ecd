import { expect, test } from "vitest";
import { clockOff } from "./clock-off";

test.each([null, 0, 900, -1_400, 14_999, -14_999])("%s ms are no reason for doubt", (aheadMs) => {
  expect(clockOff("prometheus", aheadMs)).toBeNull();
});

test("which way, how far and what to do", () => {
  expect(clockOff("prometheus", 300_400)).toMatch(
    /clock of prometheus is 5 min ahead of this server’s.*Set both clocks/,
  );
  expect(clockOff("mimir", -20_000)).toMatch(/clock of mimir is 20 s behind this server’s/);
});
