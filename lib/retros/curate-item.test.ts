import { expect, test } from "vitest";
import { AddEventInput, CurateInput } from "@/lib/contracts/retro";
import { addNote } from "@/lib/incidents/add-note";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { eachDatabase } from "@/lib/server/test-database";
import { ago, codeOf, draftedRetro, writerOn } from "@/lib/server/test-retro";
import { addEvent } from "./add-event";
import { addFactor } from "./add-factor";
import { curateItem } from "./curate-item";
import { editFactor } from "./edit-factor";
import { getRetro } from "./get-retro";
import { removeFactor } from "./remove-factor";

async function withNotes(ctx: Ctx, ...texts: string[]) {
  const id = await draftedRetro(ctx);
  const subjects: string[] = [];
  for (const text of texts) subjects.push(`entry:${(await addNote(ctx, { id, text })).id}`);
  return { id, subjects };
}

const curate = (ctx: Ctx, id: string, subject: string, version: number, said: object) =>
  curateItem(ctx, { id, subject, ...CurateInput.parse({ ...said, version }) });

const shownOf = async (ctx: Ctx, id: string) =>
  (await getRetro(ctx, { id })).document.timeline.map(({ text }) => text);

eachDatabase("curating a timeline", (database) => {
  test("a line is hidden, corrected and annotated; what was recorded stays and comes back", async () => {
    const { ctx, published } = writerOn(database().db);
    const { id, subjects } = await withNotes(ctx, "It is the cache");
    const [note = ""] = subjects;
    const recorded = (await getRetro(ctx, { id })).document.timeline.find(
      ({ subject }) => subject === note,
    );
    published.length = 0;
    const at = ago(50).toISOString();
    const corrected = await curate(ctx, id, note, 0, {
      at,
      text: "It was the pool",
      note: "Seen on the graph",
      known: "later",
      attachments: [{ title: "Graph", url: "https://graphs.example/1", text: null }],
    });
    expect(corrected).toMatchObject({
      subject: note,
      at,
      originalAt: recorded?.at,
      text: "It was the pool",
      originalText: "It is the cache",
      note: "Seen on the graph",
      known: "later",
      isCurated: true,
      version: 1,
    });
    expect(published).toEqual([`retro ${id}`, "retros"]);
    const hidden = await curate(ctx, id, note, 1, { shown: "hidden" });
    expect(hidden).toMatchObject({ shown: "hidden", text: "It was the pool", version: 2 });
    const back = await curate(ctx, id, note, 2, { at: null, text: null, note: null, shown: null });
    expect(back).toMatchObject({
      ...recorded,
      isCurated: true,
      version: 3,
      known: "later",
      attachments: hidden.attachments,
    });
    // The log itself was never touched.
    const entry = await ctx.db.timelineEntry.findUnique({ where: { id: note.slice(6) } });
    expect(entry).toMatchObject({ text: "It is the cache", version: 1 });
    const before = (await getRetro(ctx, { id })).retro.version;
    expect((await curate(ctx, id, note, 3, { known: "later", note: "" })).version).toBe(3);
    expect((await getRetro(ctx, { id })).retro.version).toBe(before);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  });

  test("two curate a line at once: one wins, the other is told", async () => {
    const { db } = database();
    const { ctx: ada } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const { id, subjects } = await withNotes(ada, "It is the cache");
    const [note = ""] = subjects;
    const codes = await Promise.all([
      codeOf(curate(ada, id, note, 0, { note: "yes" })),
      codeOf(curate(bob, id, note, 0, { note: "no" })),
    ]);
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    expect(await db.retroItem.count()).toBe(1);
  });

  test("lines are folded into one another, never in a circle, and taken apart again", async () => {
    const { ctx } = writerOn(database().db);
    const { id, subjects } = await withNotes(ctx, "one", "two", "three");
    const [one = "", two = "", three = ""] = subjects;
    const root = await curate(ctx, id, two, 0, { mergedInto: one });
    expect(root).toMatchObject({ subject: one, merged: [{ subject: two, text: "two" }] });
    await curate(ctx, id, three, 0, { mergedInto: two });
    expect(await shownOf(ctx, id)).not.toContain("three");
    for (const [subject, into] of [
      [one, one],
      [one, two],
      [one, three],
    ] as const) {
      expect(await codeOf(curate(ctx, id, subject, 0, { mergedInto: into }))).toBe("merge-circle");
    }
    const apart = await curate(ctx, id, two, 1, { mergedInto: null });
    expect(apart).toMatchObject({ subject: two, merged: [{ subject: three }], version: 2 });
  });

  test("an event of one's own stands among the rest, with links and text; it can't lose its words", async () => {
    const { ctx } = writerOn(database().db);
    const id = await draftedRetro(ctx);
    const input = AddEventInput.parse({
      at: ago(70).toISOString(),
      text: "The pool was made smaller",
      known: "later",
      attachments: [
        { title: "Log", url: null, text: "pool: 5" },
        { title: "Graph", url: "http://graphs.example/1", text: null },
      ],
    });
    const event = await addEvent(ctx, { id, ...input });
    expect(event).toMatchObject({ ...input, kind: "event", shown: "kept", version: 1 });
    const first = (await getRetro(ctx, { id })).document.timeline[0];
    expect(first?.subject).toBe(event.subject);
    const edited = await curate(ctx, id, event.subject, 1, { text: "The pool shrank" });
    expect(edited).toMatchObject({ text: "The pool shrank", originalText: null, version: 2 });
    expect(await codeOf(curate(ctx, id, event.subject, 2, { text: null }))).toBe("own-event");
    expect(await codeOf(curate(ctx, id, event.subject, 2, { shown: "hidden" }))).toBe("done");
    for (const url of ["javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "x"]) {
      const bad = { ...input, attachments: [{ title: "x", url, text: null }] };
      expect(AddEventInput.safeParse(bad).success).toBe(false);
    }
  });

  test("what isn't on the timeline, still to come or empty is refused", async () => {
    const { ctx } = writerOn(database().db);
    const { id, subjects } = await withNotes(ctx, "one");
    const [one = ""] = subjects;
    const other = await withNotes(ctx, "elsewhere");
    const [elsewhere = ""] = other.subjects;
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const attachments = [{ title: "x", url: null, text: " " }];
    for (const subject of ["entry:none", "event:none", "nonsense", elsewhere]) {
      expect(await codeOf(curate(ctx, id, subject, 0, { note: "x" }))).toBe("unknown-subject");
      expect(await codeOf(curate(ctx, id, one, 0, { mergedInto: subject }))).toBe(
        "unknown-subject",
      );
      const factor = { id, text: "x", subjects: [subject] };
      expect(await codeOf(addFactor(ctx, factor))).toBe("unknown-subject");
    }
    expect(await codeOf(curate(ctx, id, one, 0, { at: tomorrow }))).toBe("in-the-future");
    expect(await codeOf(curate(ctx, id, one, 0, { attachments }))).toBe("bare-attachment");
    const event = { id, text: "x", known: null, attachments: [] };
    expect(await codeOf(addEvent(ctx, { ...event, at: tomorrow }))).toBe("in-the-future");
    expect(await ctx.db.retroItem.count()).toBe(0);
  });

  test("factors are several; each is edited as it was seen, and removed with its words kept", async () => {
    const { db } = database();
    const { ctx } = writerOn(db);
    const { id, subjects } = await withNotes(ctx, "one");
    const pool = await addFactor(ctx, { id, text: "A small pool", subjects });
    const alert = await addFactor(ctx, { id, text: "A late alert", subjects: [] });
    const edit = (version: number, text: string) =>
      editFactor(ctx, { id, factorId: pool.id, text, subjects, version });
    const codes = await Promise.all([codeOf(edit(1, "A tiny pool")), codeOf(edit(1, "No pool"))]);
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    expect(await codeOf(removeFactor(ctx, { id, factorId: alert.id }))).toBe("done");
    expect(await codeOf(removeFactor(ctx, { id, factorId: alert.id }))).toBe("unknown-factor");
    const { factors } = (await getRetro(ctx, { id })).document;
    expect(factors).toMatchObject([{ id: pool.id, version: 2, subjects }]);
    const audit = await db.auditEntry.findMany({ where: { action: "remove-factor" } });
    expect(JSON.stringify(audit)).toContain("A late alert");
    // Another incident's factor is not reached through this one.
    const other = await draftedRetro(ctx);
    const wrong = { id: other, factorId: pool.id };
    expect(await codeOf(removeFactor(ctx, wrong))).toBe("unknown-factor");
  });
});
