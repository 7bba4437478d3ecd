import { expect, test } from "vitest";
import type { LeverCard, LeverKind, LeverPreview } from "@/lib/contracts/lever";
import type { SchemaFinding, SchemaReport } from "@/lib/contracts/schema-judgement";
import { leversInOrder, toldUnder } from "./levers-in-order";

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

function schema(line: number): SchemaReport {
  const finding: SchemaFinding = {
    ...{ rule: "drop-column", class: "BREAKS_READ_WRITE", verdict: "incompatible" },
    ...{ path: "a.sql", line, statement: "", sentence: "" },
  };
  return {
    ...{ verdict: "incompatible", class: "BREAKS_READ_WRITE", findings: [finding], version: "a" },
    ...{ service: "checkout", from: null, to: null, tool: null, paths: ["a.sql"] },
    ...{ sentence: "", down: null, migratedDown: null, judgedAt: NOW },
  };
}

function card(lever: LeverKind, runnerUp: LeverKind | null): LeverCard {
  return {
    ...{ suspectId: "s", checkedAt: NOW },
    levers: [preview("retoggle", { target: null }), preview("rollback"), preview("revert")],
    recommendation: {
      ...{ lever, because: "" },
      runnerUp: runnerUp && { lever: runnerUp, because: "" },
    },
  };
}

test("side by side they keep their places; on a phone the recommended is first", () => {
  const kinds = (one: LeverCard, isNarrow: boolean) =>
    leversInOrder(one, isNarrow).map(({ lever }) => lever);
  expect(kinds(card("revert", "rollback"), false)).toEqual(["retoggle", "rollback", "revert"]);
  expect(kinds(card("revert", "rollback"), true)).toEqual(["revert", "rollback", "retoggle"]);
  expect(kinds(card("rollback", null), true)).toEqual(["rollback", "revert", "retoggle"]);
});

test("the same statements are told under the first lever alone", () => {
  const rollback = preview("rollback", { schema: schema(3) });
  expect(toldUnder(preview("revert", { schema: schema(3) }), [rollback])).toBe("rollback");
  expect(toldUnder(preview("revert", { schema: schema(4) }), [rollback])).toBeNull();
  expect(toldUnder(preview("revert"), [rollback])).toBeNull();
  expect(toldUnder(rollback, [preview("retoggle")])).toBeNull();
});
