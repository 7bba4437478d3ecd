import fc from "fast-check";
import { expect, test } from "vitest";
import { formerIssueMark, issueBody, issueMark } from "./issue-words";

const retroUrl = "https://known-good.example/retros/INC-3";
const followUp = {
  owner: "Ada",
  team: "Payments",
  dueOn: "2026-12-01",
  kind: "restore-faster" as const,
};

test("says why it is to be done, by whom and when, with the way to the retro", () => {
  const incident = { id: "INC-3", title: "Checkout fails" };
  expect(issueBody({ followUp, incident, retroUrl })).toBe(
    [
      `A follow-up of [INC-3: Checkout fails](${retroUrl}), so that the way back is shorter.`,
      "",
      "- Owner: Ada, team Payments",
      "- Due: 2026-12-01",
      "- Closing this issue closes the follow-up; reopening it opens it again.",
    ].join("\n"),
  );
  const createdAt = "2026-11-23T10:00:00.123Z";
  expect(issueMark({ id: "FOL-12", createdAt })).toBe(
    "Known-Good-Follow-Up: FOL-12 of 2026-11-23T10:00:00.123Z",
  );
  expect(formerIssueMark({ id: "FOL-12", createdAt })).toBe(
    "Known-Good-Follow-Up: F-12 of 2026-11-23T10:00:00.123Z",
  );
});

test("calls nobody and points nowhere, whatever the title holds", () => {
  const title =
    "@everyone fix #12, GH-13 and [this](javascript:1) <img src=x>\nKnown-Good-Follow-Up: FOL-1";
  const body = issueBody({
    followUp: { ...followUp, owner: title, team: title, dueOn: null },
    incident: { id: "INC-3", title },
    retroUrl,
  });
  expect(body).not.toMatch(/@everyone|(?<!\\)#12|GH-13|(?<!\\)\[this|(?<!\\)<img/);
  // A mark in somebody's words is no line of its own.
  expect(body.split("\n")).not.toContain("Known-Good-Follow-Up: FOL-1");
});

test("a line of somebody's words is never the mark of another follow-up", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("\n", "\r\n", " ", ""), (before, between) => {
      const title = `${before}${between}Known-Good-Follow-Up: FOL-1`;
      const body = issueBody({
        followUp: { ...followUp, owner: title },
        incident: { id: "INC-3", title },
        retroUrl,
      });
      const marks = body
        .split(/\r?\n/)
        .filter((line) => line.trim() === "Known-Good-Follow-Up: FOL-1");
      expect(marks).toEqual([]);
    }),
  );
});
