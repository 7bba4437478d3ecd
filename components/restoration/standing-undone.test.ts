import { expect, test } from "vitest";
import type { Restoration } from "@/lib/contracts/restoration";
import { standingUndone } from "./standing-undone";

const at = (minute: number) => `2026-11-23T14:${String(minute).padStart(2, "0")}:00.000Z`;

function rollback(id: string, minute: number, over: Partial<Restoration> = {}): Restoration {
  return {
    ...{ id, incidentId: "INC-1", lever: "rollback", label: "Roll back checkout 24 → 23" },
    target: {
      ...{ lever: "rollback", source: "prod", namespace: "shop", deployment: "checkout" },
      toChangeId: "C-1",
    },
    ...{ service: "checkout", suspectId: null, state: "verified", by: "Ada", stages: [] },
    ...{ wasRecommended: null, putBackOf: null, putBackBy: null, plannedAt: at(minute) },
    ...{ askedAt: at(minute), acceptedAt: at(minute), inEffectAt: at(minute), endedAt: null },
    ...{ progress: null, goodSince: null, verifyForSeconds: null, failure: null, commands: [] },
    ...{ receipts: [], url: null },
    ...over,
  };
}
const undone = (minute: number) => ({
  undone: { at: at(minute), by: "argocd-controller", sentence: "Undone.", changeId: null },
});

test("what was undone stands until the same is pulled again", () => {
  const first = rollback("R-1", 0, undone(5));
  expect(standingUndone([first]).map(({ id }) => id)).toEqual(["R-1"]);
  expect(standingUndone([first, rollback("R-2", 6)])).toEqual([]);
});

test("an attempt that was never accepted, or was before it, doesn't answer it", () => {
  const first = rollback("R-1", 0, undone(5));
  const notDone = rollback("R-2", 6, { state: "failed", acceptedAt: null });
  expect(standingUndone([first, notDone, rollback("R-0", 1)])).toHaveLength(1);
});

test("pulling on another object doesn't answer it", () => {
  const first = rollback("R-1", 0, undone(5));
  const other = rollback("R-2", 6);
  const elsewhere: Restoration = {
    ...other,
    target: { ...other.target, deployment: "basket" } as Restoration["target"],
  };
  expect(standingUndone([first, elsewhere])).toHaveLength(1);
});

test("the latest undone comes first", () => {
  const flag = rollback("R-3", 1, undone(9));
  const other: Restoration = {
    ...flag,
    target: { ...flag.target, deployment: "basket" } as Restoration["target"],
  };
  expect(standingUndone([rollback("R-1", 0, undone(5)), other]).map(({ id }) => id)).toEqual([
    "R-3",
    "R-1",
  ]);
});
