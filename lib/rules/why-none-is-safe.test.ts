import { expect, test } from "vitest";
import type { Blocker, LeverKind, LeverPreview } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import { sentenceInside, whyNoneIsSafe } from "./why-none-is-safe";

const NOW = "2026-11-20T12:00:00.000Z";

function preview(lever: LeverKind, more: Partial<LeverPreview> = {}): LeverPreview {
  return {
    lever,
    target: { lever: "revert", source: "code", repository: "a/b", number: 1 },
    ...{ label: lever, confirm: lever, sentence: "", blockers: [], warnings: [], checks: [] },
    ...{ touches: "", leaves: [], seen: "", checkedAt: NOW },
    estimate: { p50Ms: 1, p90Ms: null, n: 0, basis: "" },
    ...more,
  };
}

const blocked = (code: string, sentence: string, who: string | null = null): Blocker => ({
  ...{ code, sentence, who },
  commands: [],
});

function schema(version: string): SchemaReport {
  const down = { tool: null, steps: 1, commands: [], downFiles: [], statements: ["drop"] };
  return {
    ...{ verdict: "incompatible", class: "BREAKS_WRITE", findings: [], version },
    ...{ service: "checkout", from: null, to: null, tool: null, paths: ["a.sql"] },
    ...{ sentence: "", migratedDown: null, judgedAt: NOW },
    down: { ...down, impossible: [], losses: [] },
  };
}

const trap = (lever: LeverKind, version: string) =>
  preview(lever, {
    blockers: [blocked("schema-incompatible", `${version} can’t run: “a long statement” (#77).`)],
    schema: schema(version),
  });

const noFlag = preview("retoggle", {
  target: null,
  blockers: [blocked("no-flag", "No flag guards this change.")],
});

const firstBlocker = ({ blockers }: LeverPreview) => blockers[0]?.sentence ?? null;

test("a schema trap is said once, and the way down is the next step", () => {
  const both = [noFlag, trap("rollback", "Checkout 23"), trap("revert", "Checkout without #77")];
  expect(whyNoneIsSafe(both, firstBlocker)).toBe(
    "No lever is safe yet: neither Checkout 23 nor Checkout without #77 can run on today’s schema. Migrate down first, then roll back: the way down is under Roll back.",
  );
});

test("of several obstacles each has one clause, and who can lift one is the next step", () => {
  const paused = preview("rollback", {
    blockers: [
      blocked("paused", "It is paused. Nothing rolls out until then.", "whoever paused it"),
    ],
  });
  expect(whyNoneIsSafe([noFlag, paused, trap("revert", "Checkout")], firstBlocker)).toBe(
    "No lever is safe yet: it is paused; Checkout can’t run on today’s schema. Migrate down first, then revert: the way down is under Revert.",
  );
  expect(whyNoneIsSafe([noFlag, paused], firstBlocker)).toBe(
    "No lever is safe yet: it is paused. To roll back, ask whoever paused it.",
  );
});

test("where nothing can be pulled at all, why is said of all three", () => {
  expect(whyNoneIsSafe([noFlag], firstBlocker)).toBe(
    "No lever is safe for this suspect: no flag guards this change. Look at the next suspect, or correct the start of harm.",
  );
});

test("a sentence inside another keeps its names", () => {
  expect(sentenceInside("The cluster refuses.")).toBe("the cluster refuses.");
  expect(sentenceInside("Itaipu refuses.")).toBe("Itaipu refuses.");
  expect(sentenceInside("GitHub can’t be reached.")).toBe("GitHub can’t be reached.");
});
