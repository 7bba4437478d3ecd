import { expect, test } from "vitest";
import { DeclareInput } from "./incident";
import { Moment, OffsetMoment } from "./moment";
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
