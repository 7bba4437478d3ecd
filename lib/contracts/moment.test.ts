import { expect, test } from "vitest";
import { AddFollowUpInput, EditFollowUpInput } from "./follow-up";
import { DeclareInput } from "./incident";
import { Moment, OffsetMoment } from "./moment";
import { ArrangeRetroInput, SaveSectionInput } from "./retro";
import { NoteInput } from "./timeline-entry";

test("years that no database holds are refused as input, with words", () => {
  for (const at of ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]) {
    expect(Moment.safeParse(at).error?.issues[0]?.message).toBe("a moment since 1970");
    expect(OffsetMoment.safeParse(at).success).toBe(false);
  }
  const declared = { title: "Checkout fails", services: ["checkout"] };
  const harmBeganAt = "0000-01-01T00:00:00Z";
  expect(DeclareInput.safeParse({ ...declared, harmBeganAt }).success).toBe(false);
  expect(NoteInput.safeParse({ text: "seen", at: harmBeganAt }).success).toBe(false);
});

test("ordinary moments pass as they are", () => {
  expect(Moment.parse("2026-11-20T12:00:00.5Z")).toBe("2026-11-20T12:00:00.5Z");
  expect(OffsetMoment.parse("2026-11-20T12:00:00+02:00")).toBe("2026-11-20T12:00:00+02:00");
});

test("a follow-up is due on a day that a database holds", () => {
  const added = { title: "Alert on stock", kind: "detect" };
  expect(AddFollowUpInput.safeParse({ ...added, dueOn: "0000-01-01" }).success).toBe(false);
  expect(EditFollowUpInput.safeParse({ version: 1, dueOn: "0001-01-01" }).success).toBe(false);
  expect(AddFollowUpInput.parse({ ...added, dueOn: "2026-12-01" }).dueOn).toBe("2026-12-01");
});

test("a retro is held in years of four digits, to its end", () => {
  const held = (scheduledFor: string) => ArrangeRetroInput.safeParse({ version: 1, scheduledFor });
  expect(held("9999-12-31T23:59:00Z").success).toBe(false);
  expect(held("9998-12-31T23:59:00Z").success).toBe(true);
});

test("a section's revision is one that a database counts to", () => {
  expect(SaveSectionInput.safeParse({ text: "It held", base: 1e15 }).success).toBe(false);
  expect(SaveSectionInput.safeParse({ text: "It held", base: -1 }).success).toBe(false);
  expect(SaveSectionInput.safeParse({ text: "It held", base: 2_147_483_647 }).success).toBe(true);
});
