import { describe, expect, test } from "vitest";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import { Restoration } from "@/lib/contracts/restoration";
import { nextRevertInWords, relandingTitle, revertStories, storyOf } from "./revert-story";

const AT = "2026-11-28T12:00:00.000Z";
const target = { lever: "revert", source: "code", repository: "shop/web", number: 12 } as const;

const rollback = Restoration.parse({
  ...{
    id: "R-12",
    incidentId: "INC-1",
    lever: "rollback",
    label: "Roll back",
    service: "checkout",
  },
  target: {
    ...{ lever: "rollback", source: "cluster", namespace: "shop", deployment: "checkout" },
    toChangeId: "c-1",
  },
  ...{ suspectId: null, state: "verified", by: "Ada", wasRecommended: true, url: null },
  ...{ putBackOf: null, putBackBy: null, plannedAt: AT, askedAt: AT, acceptedAt: AT },
  ...{ inEffectAt: AT, endedAt: AT, stages: [], progress: null, goodSince: AT },
  ...{ verifyForSeconds: 30, failure: null, commands: [], receipts: [] },
});

const end = (more: Partial<LooseEnd> & Pick<LooseEnd, "key" | "kind">): LooseEnd => ({
  ...{ incidentId: "INC-1", restorationId: "R-12", sentence: "Open.", openedAt: AT },
  ...{ closedAt: null, closedBy: null, waived: null, blocksResolving: true, actions: [] },
  ...more,
});
const older = (number = 12) =>
  end({
    ...{ key: `older-version:R-${number}`, kind: "older-version" },
    actions: [{ kind: "revert", target: { ...target, number }, suspectId: null }],
  });
const frozen = (id: string) => end({ key: `freeze:${id}`, kind: "freeze" });
const paused = end({
  ...{ key: "paused-owner:H-1", kind: "paused-owner" },
  sentence:
    "Argo CD application checkout is paused for R-12: it delivers nothing until it is resumed.",
  actions: [{ kind: "revert", target, suspectId: null }],
});

describe("a rollback, and then the revert", () => {
  test("nothing waits for a revert without a rollback", () => {
    expect(revertStories([frozen("F-3")], [rollback])).toEqual([]);
    expect(nextRevertInWords([])).toBeNull();
    expect(revertStories([{ ...older(), closedAt: AT }], [rollback])).toEqual([]);
  });

  test("reverting and delivering lets the freezes be thawed", () => {
    const stories = revertStories([older(), frozen("F-3"), frozen("F-4")], [rollback]);
    expect(storyOf(stories, target)?.sentence).toBe(
      "R-12 rolled checkout back; once #12 is reverted and delivered, F-3 and F-4 can be thawed.",
    );
    expect(storyOf(stories, { ...target, number: 13 })).toBeNull();
    const bare = revertStories([older()], [rollback]);
    expect(storyOf(bare, target)?.sentence).toMatch(/the next delivery can go out\.$/);
  });

  test("whoever is paused has to be resumed for the revert to be delivered", () => {
    const stories = revertStories([older(), frozen("F-3"), paused], [rollback]);
    expect(stories).toHaveLength(1);
    expect(nextRevertInWords(stories)).toBe(
      "Next, revert #12: R-12 rolled checkout back; once #12 is reverted, resume Argo CD application checkout so that it is delivered. Then F-3 can be thawed.",
    );
  });

  test("landing again is said with both numbers", () => {
    expect(relandingTitle({ reverted: 12, revert: 15 })).toBe(
      "Land #12 again once it is fixed, by reverting its revert #15: merging the same branch again brings nothing back",
    );
  });
});
