import { describe, expect, test } from "vitest";
import type { Hold } from "@/lib/contracts/hold";
import { allowedThrough } from "./freeze-allowed";
import { type GatedFreeze, gateAnswer } from "./freeze-gate";
import { isAskedAgain, lossInWords } from "./freeze-losses";
import { frozenInWords, holdOfFreeze } from "./freeze-words";

const now = new Date("2026-11-28T12:00:00Z");
const SHA = "a1b9c3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0";
const freeze = (more: Partial<GatedFreeze> = {}): GatedFreeze => ({
  ...{ id: "F-1", services: ["checkout"], reason: "Rolling back", by: "Ada" },
  ...{ until: "2026-11-28T13:30:00.000Z", thawedAt: null, incidentId: "INC-9" },
  ...{ url: "https://good.example/incidents/INC-9", allowed: [] },
  ...more,
});
const ask = (freezes: GatedFreeze[], sha: string | null = SHA) =>
  gateAnswer(freezes, { service: "checkout", sha, now });

describe("the gate", () => {
  test.each([
    ["nothing is frozen", [], true],
    ["another service is", [freeze({ services: ["till"] })], true],
    ["it is", [freeze()], false],
    ["everything is", [freeze({ services: [] })], false],
    ["it was thawed", [freeze({ thawedAt: "2026-11-28T11:00:00.000Z" })], true],
    ["its time is just over", [freeze({ until: now.toISOString() })], true],
    ["its commit may pass", [freeze({ allowed: [{ kind: "commit", value: SHA }] })], true],
    ["only its image may", [freeze({ allowed: [{ kind: "image", value: SHA }] })], false],
    [
      "one of two lets it",
      [freeze({ allowed: [{ kind: "commit", value: SHA }] }), freeze({ id: "F-2" })],
      false,
    ],
  ])("when %s", (_, freezes, expected) => {
    expect(ask(freezes).open).toBe(expected);
  });

  test("says who, why, until when and what to do", () => {
    const { sentence } = ask([freeze()]);
    expect(sentence).toBe(
      "checkout at a1b9c3e is frozen. F-1 (INC-9) by Ada until 13:30 UTC: Rolling back. A responder can let this delivery through, or thaw: https://good.example/incidents/INC-9",
    );
    expect(ask([freeze()], null).sentence).toContain("Name the commit with &sha=");
  });
});

test("through several freezes goes what each lets through, and any cure", () => {
  const override = (value: string) => ({
    kind: "commit" as const,
    value,
    why: "override" as const,
  });
  const cure = { kind: "pull" as const, value: "a/b#1", why: "cure" as const };
  const through = allowedThrough([[override("one"), override("both"), cure], [override("both")]]);
  expect(through).toEqual([override("both"), cure]);
  expect(allowedThrough([])).toEqual([]);
});

test("what was taken away is asked for again once a minute", () => {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
  expect(isAskedAgain(null, now)).toBe(true);
  expect(isAskedAgain(before(59), now)).toBe(false);
  expect(isAskedAgain(before(61), now)).toBe(true);
  const loss = { sentence: "It syncs by itself again.", by: "bob-ui" };
  expect(lossInWords(loss, false)).toContain("It was bob-ui. It is asked for again.");
  expect(lossInWords(loss, true)).toContain("talk to bob-ui");
  expect(lossInWords({ ...loss, by: null }, true)).toContain("find out who does that");
});

test.each([
  [[], "every service"],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
  [["a", "b", "c", "d"], "a, b and 2 more"],
])("%j in words", (services, words) => {
  expect(frozenInWords(services)).toBe(words);
});

test("what goes on for somebody else is over for a freeze that is", () => {
  const hold: Hold = {
    ...{ id: "H-1", layer: "github", source: "code", subject: "a/b main", state: "held" },
    ...{ sentence: "Held.", who: null, endsByItself: false, commands: [], url: null },
    ...{ at: now.toISOString(), checkedAt: null },
  };
  expect(holdOfFreeze(hold, true, "F-2").state).toBe("held");
  expect(holdOfFreeze(hold, false, null).state).toBe("held");
  expect(holdOfFreeze(hold, false, "F-2")).toMatchObject({
    ...{ state: "released", sentence: "It goes on for F-2." },
  });
});
