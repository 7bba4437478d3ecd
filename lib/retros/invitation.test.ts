import fc from "fast-check";
import ICAL from "ical.js";
import { expect, test } from "vitest";
import type { Ctx } from "@/lib/server/context";
import { embeddedDatabase } from "@/lib/server/test-database";
import { codeOf, draftedRetro, writerOn } from "@/lib/server/test-retro";
import { arrangeRetro } from "./arrange-retro";
import { findRetro } from "./find-retro";
import { invitation } from "./invitation";
import { saveSection } from "./save-section";

const database = embeddedDatabase();
const scheduledFor = "2026-12-01T10:00:00.000Z";

/** The file as another program reads it. */
async function read(ctx: Ctx, id: string) {
  const { name, text } = await invitation(ctx, { id });
  const calendar = new ICAL.Component(ICAL.parse(text));
  const [event, ...others] = calendar.getAllSubcomponents("vevent");
  if (!event || others.length > 0) throw new Error("One event is expected.");
  return { name, text, calendar, event: new ICAL.Event(event), raw: event };
}

async function arrange(ctx: Ctx, id: string, input: object) {
  const { retro } = await findRetro(ctx, id);
  return arrangeRetro(ctx, { id, version: retro.version, ...input });
}

test("without a date there is nothing to invite to", async () => {
  const { ctx } = writerOn(database().db);
  const id = await draftedRetro(ctx);
  expect(await codeOf(invitation(ctx, { id }))).toBe("not-scheduled");
});

test("a calendar reads when, how long, where, what about, and the way to it", async () => {
  const { ctx } = writerOn(database().db);
  const id = await draftedRetro(ctx);
  await arrange(ctx, id, {
    scheduledFor,
    minutes: 50,
    place: "Room; 1, upstairs",
    facilitator: "Cem",
  });
  const { name, text, calendar, event, raw } = await read(ctx, id);
  expect(name).toBe(`retro-${id}.ics`);
  expect(event.startDate.toJSDate().toISOString()).toBe(scheduledFor);
  expect(event.endDate.toJSDate().toISOString()).toBe("2026-12-01T10:50:00.000Z");
  expect(event.startDate.zone).toBe(ICAL.Timezone.utcTimezone);
  expect(event.location).toBe("Room; 1, upstairs");
  expect(event.summary).toBe(`Blameless retro of ${id}: Checkout fails`);
  expect(event.description).toContain(`https://known-good.example/retros/${id}\nLed by Cem.`);
  expect(event.organizer).toBeNull();
  expect(calendar.getFirstPropertyValue("method")).toBeNull();
  expect(raw.getFirstPropertyValue("dtstamp")).not.toBeNull();
  // RFC 5545: lines end with CR LF and are no longer than 75 octets.
  for (const line of text.split("\r\n")) {
    expect(line).not.toContain("\n");
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  }
});

test("the same meeting all along: its number rises when what is told changes, and only then", async () => {
  const { ctx } = writerOn(database().db);
  const id = await draftedRetro(ctx);
  await arrange(ctx, id, { scheduledFor });
  const first = await read(ctx, id);
  await saveSection(ctx, { id, name: "lucky", base: 0, text: "Noon" });
  await arrange(ctx, id, { state: "in-review", showsNames: true });
  expect((await read(ctx, id)).event.sequence).toBe(first.event.sequence);
  await arrange(ctx, id, { minutes: 30 });
  await arrange(ctx, id, { scheduledFor: "2026-12-02T10:00:00.000Z" });
  const later = await read(ctx, id);
  expect(later.event.uid).toBe(first.event.uid);
  expect(later.event.sequence).toBe(first.event.sequence + 2);
  const other = await draftedRetro(ctx);
  await arrange(ctx, other, { scheduledFor });
  expect((await read(ctx, other)).event.uid).not.toBe(first.event.uid);
});

test("whatever a title or a place holds, it is read back as words of one event", async () => {
  const { ctx } = writerOn(database().db);
  const id = await draftedRetro(ctx);
  await arrange(ctx, id, { scheduledFor });
  const number = Number(id.slice(4));
  const nasty = fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }),
      fc.constantFrom("x\r\nEND:VEVENT\r\nBEGIN:VEVENT", 'a\\n;,:"b', "\u2028é".repeat(60)),
    )
    .filter((text) => text.trim() !== "" && !text.includes("\0"));
  const flat = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  await fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      await ctx.db.incident.update({ where: { number }, data: { title: text } });
      await ctx.db.retro.update({ where: { incidentNumber: number }, data: { place: text } });
      const { event } = await read(ctx, id);
      expect(event.summary).toBe(flat(`Blameless retro of ${id}: ${text}`));
      expect(event.location ?? "").toBe(flat(text));
    }),
    { numRuns: 60 },
  );
});
