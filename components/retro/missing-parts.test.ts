import { expect, it } from "vitest";
import type { FollowUp } from "@/lib/contracts/follow-up";
import type { Retro, RetroDocument } from "@/lib/contracts/retro";
import { missingParts } from "./missing-parts";
import { sectionPrompts } from "./section-prompts";

const at = "2026-11-20T14:00:00.000Z";

const retro: Retro = {
  incidentId: "INC-1",
  state: "in-review",
  draftedAt: at,
  facilitator: "Ada",
  scheduledFor: at,
  minutes: 45,
  place: null,
  showsNames: false,
  publishedVersion: 0,
  changedSince: false,
  changedAt: at,
  version: 3,
};

const followUp: FollowUp = {
  id: "FOL-1",
  incidentId: "INC-1",
  title: "Alert on the pool",
  owner: "Ada",
  team: null,
  dueOn: "2026-12-01",
  kind: "detect",
  state: "open",
  closedAt: null,
  issue: null,
  createdAt: at,
  version: 1,
};

const whole: RetroDocument = {
  incident: {
    id: "INC-1",
    title: "Checkout fails",
    severity: 2,
    status: "resolved",
    services: ["checkout"],
    commander: null,
    origin: "person",
    declaredBy: "Ada",
    declaredAt: at,
    harmBeganAt: at,
    harmBeganFrom: "signal",
    restoredAt: at,
    resolvedAt: at,
    isDrill: false,
    version: 1,
  },
  people: [],
  impact: { from: at, to: at },
  response: { from: at, to: at },
  phases: [],
  alternatives: [],
  advice: null,
  looseEnds: [],
  timeline: [],
  sections: Object.keys(sectionPrompts).map((name) => ({
    name: name as keyof typeof sectionPrompts,
    text: "Written.",
    revision: 1,
    isDrafted: false,
    editedBy: "Ada",
    editedAt: at,
  })),
  factors: ["a", "b"].map((id) => ({ id, text: id, subjects: [], version: 1 })),
  followUps: [followUp],
};

it("finds nothing missing in a whole retro", () => {
  expect(missingParts(retro, whole)).toEqual([]);
});

it("names what a reader would look for in vain", () => {
  const bare: RetroDocument = {
    ...whole,
    sections: whole.sections.map((section) =>
      section.name === "lucky" ? { ...section, text: " \n" } : section,
    ),
    factors: [],
    followUps: [
      { ...followUp, owner: null, dueOn: null },
      { ...followUp, id: "FOL-2", state: "dropped", owner: null, dueOn: null },
    ],
    looseEnds: [
      {
        kind: "older-version",
        sentence: "checkout runs an older version",
        restorationId: "R-1",
        openedAt: at,
        closedAt: null,
        closedBy: null,
      },
      {
        kind: "override-used",
        sentence: "Ada let commit abc1234 through F-1. Ada waived it: it was looked at",
        restorationId: null,
        openedAt: at,
        closedAt: null,
        closedBy: null,
        isWaived: true,
      },
    ],
  };
  expect(missingParts({ ...retro, scheduledFor: null }, bare)).toEqual([
    "Nothing is written under “Where we were lucky”.",
    "No contributing factor is named.",
    "1 follow-up has no owner.",
    "1 follow-up has no due date.",
    "1 loose end is still open.",
    "No meeting was scheduled.",
  ]);
  expect(missingParts(retro, { ...whole, followUps: [] })).toEqual(["There is no follow-up."]);
});
