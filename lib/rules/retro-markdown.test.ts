import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { RetroDocument, TimelineItem } from "@/lib/contracts/retro";
import { documentByRole } from "./people-by-role";
import { retroMarkdown } from "./retro-markdown";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString();
const frame = { url: "https://kg.example/retros/INC-1", version: 2, publishedAt: at(59) };

const item = (more: Partial<TimelineItem>): TimelineItem => ({
  subject: "entry:1",
  kind: "note",
  at: at(1),
  originalAt: null,
  text: "Ada saw 5xx",
  originalText: null,
  by: "Ada",
  source: null,
  url: null,
  shown: "kept",
  isCurated: false,
  merged: [],
  note: null,
  known: null,
  attachments: [],
  version: 0,
  ...more,
});

function documentWith(text: string): RetroDocument {
  return {
    incident: {
      id: "INC-1",
      title: text,
      severity: 1,
      status: "restored",
      services: ["checkout"],
      commander: "Ada",
      origin: "person",
      declaredBy: "Ada",
      declaredAt: at(2),
      harmBeganAt: at(0),
      harmBeganFrom: "signal",
      restoredAt: at(30),
      resolvedAt: null,
      isDrill: false,
      version: 1,
    },
    people: [{ role: "the commander", name: "Ada" }],
    impact: { from: at(0), to: at(30) },
    response: { from: at(2), to: null },
    phases: [
      { name: "detect", from: at(0), to: at(2), ms: 120_000 },
      { name: "verify", from: null, to: null, ms: null },
    ],
    alternatives: [
      {
        lever: "retoggle",
        label: text,
        wasPulled: false,
        wasRecommended: true,
        couldBePulled: true,
        ms: 4_000,
        isMeasured: false,
        sentence: text,
      },
    ],
    advice: {
      lever: "retoggle",
      because: text,
      wasFollowed: false,
      wasRight: null,
      sentence: text,
    },
    looseEnds: [
      {
        kind: "flag-left-off",
        sentence: text,
        restorationId: "R-1",
        openedAt: at(9),
        closedAt: at(20),
        closedBy: text,
      },
    ],
    timeline: [
      item({
        text,
        url: "https://x.example/a",
        source: "code",
        note: text,
        known: "later",
        originalAt: at(0),
        merged: [{ subject: "entry:2", at: at(3), text, version: 0 }],
        attachments: [{ title: text, url: null, text }],
      }),
      item({ subject: "entry:3", shown: "hidden", text: "the hidden one" }),
    ],
    sections: [
      { name: "summary", text, revision: 1, isDrafted: false, editedBy: "Ada", editedAt: at(40) },
    ],
    factors: [{ id: "f", text, subjects: ["entry:2", "entry:gone"], version: 1 }],
    followUps: [
      {
        id: "FOL-1",
        incidentId: "INC-1",
        title: text,
        owner: text,
        team: null,
        dueOn: "2026-12-01",
        kind: "restore-faster",
        state: "open",
        closedAt: null,
        issue: null,
        createdAt: at(50),
        version: 1,
      },
    ],
  };
}

it("says everything that is kept, with its sources", () => {
  const markdown = retroMarkdown(documentWith("Pool ran dry"), frame);
  expect(markdown).toContain("# INC-1: Pool ran dry\n");
  expect(markdown).toContain("Version 2, published 10:59 UTC on 23 November 2026");
  expect(markdown).toContain(
    "- **Impact (customers were hurt):** 30 min, 10:00 UTC on 23 November",
  );
  expect(markdown).toContain("since 10:02 UTC on 23 November 2026, not over yet");
  expect(markdown).toContain("| Detect | 10:00:00 UTC | 10:02:00 UTC | 2 min |");
  expect(markdown).toContain("| Verify | not known | not known | not known |");
  expect(markdown).toContain("| Pool ran dry (recommended) | no | about 4 s | Pool ran dry |");
  expect(markdown).toContain("([code](https://x.example/a)) *Known only later.*");
  expect(markdown).toContain("*Recorded as 10:00:00.*\n  - 10:03:00 Pool ran dry\n  - Note: Pool");
  expect(markdown).toContain("- Pool ran dry\n  - 10:03:00 Pool ran dry\n\n## What went well");
  expect(markdown).toContain(
    "| FOL-1 | Pool ran dry | restore faster | Pool ran dry | 2026-12-01 |",
  );
  expect(markdown).not.toContain("the hidden one");
});

it("keeps its shape whatever is written in it", () => {
  const shape = (markdown: string) => ({
    headings: markdown.match(/^#+ /gm)?.length,
    cells: markdown
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) => line.replace(/\\[\s\S]/g, "").split("|").length),
    tags: /(?<!\\)</.test(markdown.replace(/\\\\/g, "")),
  });
  const plain = shape(retroMarkdown(documentWith("plain"), frame));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.constantFrom("# a\n## b", "| a | b |", "<img src=x>", "```\n", "- [ ] x", "a\n\n---\n"),
      ),
      (text) => {
        expect(shape(retroMarkdown(documentWith(`x ${text}`), frame))).toEqual(plain);
      },
    ),
  );
});

it("says nothing by name once it is said by role, and owners all the same", () => {
  const people = [{ role: "the commander", name: "Ada" }];
  const typed = documentWith("Ada saw it");
  const forReaders = documentByRole(typed, people, "all");
  const left = JSON.stringify({ ...forReaders, followUps: [] });
  expect(left).not.toContain("Ada");
  expect(forReaders.followUps[0]).toMatchObject({
    title: "The commander saw it",
    owner: "Ada saw it",
  });
  const forEditors = documentByRole(typed, people, "drafted");
  expect(forEditors.sections[0]?.text).toBe("Ada saw it");
  expect(forEditors.timeline[0]).toMatchObject({
    text: "The commander saw it",
    by: "the commander",
    note: "Ada saw it",
  });
});
