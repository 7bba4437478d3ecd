import { expect, test } from "vitest";
import type { Stage } from "@/lib/contracts/restoration";
import { stageInWords } from "./stage-list";

const now = Date.parse("2026-11-23T14:05:20Z");
const checks: Stage = {
  ...{ name: "Checks", state: "running", detail: "2 of 5 passed", url: null },
  ...{ startedAt: "2026-11-23T14:04:00Z", usualMs: 180_000, usualFrom: "the last 12 runs" },
};

test("what runs says how long it has, and how long it usually takes", () => {
  expect(stageInWords(checks, now)).toBe(
    "running 1:20, usually 3 min (the last 12 runs), 2 of 5 passed",
  );
});

test("before the clock is known only what stands fast is said", () => {
  expect(stageInWords(checks, null)).toBe(
    "running, usually 3 min (the last 12 runs), 2 of 5 passed",
  );
});

test("what is done is measured against nothing any more", () => {
  expect(stageInWords({ ...checks, state: "done", detail: null }, now)).toBe("done");
});

test("what waits has not begun; without a history nothing usual is claimed", () => {
  expect(stageInWords({ ...checks, state: "waiting", detail: null, usualMs: null }, now)).toBe(
    "waiting",
  );
});
