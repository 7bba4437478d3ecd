import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { pastIncident, pastRestoration, ROLLBACK } from "@/lib/server/test-incident";
import { checkoutService } from "@/lib/server/test-names";
import { getRetro } from "./get-retro";
import { listReminders } from "./list-reminders";
import { listRetros } from "./list-retros";
import { refreshWords } from "./retro-words";
import { startDueRetros } from "./start-due-retros";
import { startRetro } from "./start-retro";

const url = "http://127.0.0.1:9";
const addresses = { kubernetes: url, github: url, unleash: url, prometheus: url };
const DAY = 24 * 3_600_000;
const now = new Date("2026-11-23T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * DAY);

function ctxAt(db: Ctx["db"]): Ctx {
  const service = { ...checkoutService(), signal: null };
  return ctxOn({ addresses, service }, db, { now: () => now });
}

type Made = { title?: string; days: number; severity?: 1 | 2; words?: string; isDrill?: boolean };

/** A restored incident, with a retro that says these words when any are given. */
async function restored(ctx: Ctx, { days, words, ...rest }: Made): Promise<string> {
  const number = await pastIncident(ctx.db, {
    ...rest,
    harmBeganAt: daysAgo(days + 0.1),
    restoredAt: daysAgo(days),
  });
  const id = `INC-${number}`;
  if (words === undefined) return id;
  await startRetro(ctx, { incidentId: id });
  await ctx.db.$transaction(async (tx) => {
    await tx.retroFactor.create({
      data: { id: `f${number}`, incidentNumber: number, text: words, subjects: [], createdAt: now },
    });
    await refreshWords(tx, number);
  });
  return id;
}

const idsOf = (page: { items: { incident: { id: string } }[] }) =>
  page.items.map(({ incident }) => incident.id);

eachDatabase("the list of retros", (database) => {
  test("finds words in any form, the best match first, and marks them", async () => {
    const ctx = ctxAt(database().db);
    await restored(ctx, { days: 3, title: "Checkout fails", words: "The pool had a timeout." });
    await restored(ctx, { days: 2, title: "Search slow", words: "Timeouts of timeouts: timeout!" });
    await restored(ctx, { days: 1, title: "Cart empty", words: "A cache was cold." });
    const page = await listRetros(ctx, { search: "timeout" });
    expect(idsOf(page)).toEqual(["INC-2", "INC-1"]);
    expect(page.items[1]?.excerpt).toMatch(/had a «timeout»/);
    expect(idsOf(await listRetros(ctx, { search: '"cold cache"' }))).toEqual([]);
    expect(idsOf(await listRetros(ctx, { search: "cache -pool" }))).toEqual(["INC-3"]);
    expect(idsOf(await listRetros(ctx, { search: "pool or cache" })).toSorted()).toEqual([
      "INC-1",
      "INC-3",
    ]);
  });

  test("finds incidents by id and by a part of the title, also without a retro", async () => {
    const ctx = ctxAt(database().db);
    await restored(ctx, { days: 3, title: "100% of carts_lost" });
    await restored(ctx, { days: 2, title: "Payments slow", words: "See INC-1." });
    expect(idsOf(await listRetros(ctx, { search: "inc-1" }))[0]).toBe("INC-1");
    expect(idsOf(await listRetros(ctx, { search: "1" }))[0]).toBe("INC-1");
    expect(idsOf(await listRetros(ctx, { search: "arts_l" }))).toEqual(["INC-1"]);
    expect(idsOf(await listRetros(ctx, { search: "100%" }))).toEqual(["INC-1"]);
    expect(idsOf(await listRetros(ctx, { search: "%" }))).toEqual(["INC-1"]);
  });

  test("reads on from page to page, in either order, and by state", async () => {
    const ctx = ctxAt(database().db);
    for (let days = 7; days > 0; days -= 1) {
      await restored(ctx, { days, ...(days % 2 ? { words: `pool number ${days}` } : {}) });
    }
    await pastIncident(ctx.db, { harmBeganAt: daysAgo(0.1) });
    const readAll = async (query: Parameters<typeof listRetros>[1]) => {
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const page = await listRetros(ctx, { ...query, limit: 2, after });
        ids.push(...idsOf(page));
        after = page.next ?? undefined;
      } while (after);
      return ids;
    };
    const all = [7, 6, 5, 4, 3, 2, 1].map((number) => `INC-${number}`);
    expect(await readAll({})).toEqual(all);
    expect(await readAll({ state: "draft" })).toEqual(["INC-7", "INC-5", "INC-3", "INC-1"]);
    expect(await readAll({ state: "none" })).toEqual(["INC-6", "INC-4", "INC-2"]);
    expect(await readAll({ search: "pool" })).toEqual(["INC-7", "INC-5", "INC-3", "INC-1"]);
    expect(await readAll({ search: "checkout", state: "none" })).toHaveLength(3);
    expect(await readAll({ state: "published" })).toEqual([]);
  });

  test("says excerpts by role", async () => {
    const ctx = ctxAt(database().db);
    await restored(ctx, { days: 1, words: "Then Ada saw the quokka." });
    const page = await listRetros(ctx, { search: "quokka" });
    expect(page.items[0]?.excerpt).toMatch(/the commander saw the «quokka»/);
    expect(page.items[0]?.excerpt).not.toMatch(/Ada/);
  });

  test("takes any query", async () => {
    const ctx = ctxAt(database().db);
    await restored(ctx, { days: 1, words: "the pool" });
    const hostile = [
      "'",
      "\\",
      '"',
      "a & | !",
      "((",
      ":*",
      "the",
      "%_\\",
      "«»",
      "'; DROP TABLE x--",
    ];
    for (const search of hostile) await listRetros(ctx, { search });
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        await listRetros(ctx, { search: text.replaceAll("\0", "").toWellFormed(), after: text });
      }),
      { numRuns: 60 },
    );
  });
});

eachDatabase("reminders", (database) => {
  test("come after three days for severity 1, after five working days for others, never for drills", async () => {
    const ctx = ctxAt(database().db);
    await restored(ctx, { days: 3.5, severity: 1 });
    await restored(ctx, { days: 2.5, severity: 1 });
    await restored(ctx, { days: 8, words: "drafted" });
    await restored(ctx, { days: 6.9 });
    await restored(ctx, { days: 20, severity: 1, isDrill: true });
    const scheduled = await restored(ctx, { days: 20, words: "scheduled" });
    await ctx.db.retro.update({
      where: { incidentNumber: Number(scheduled.slice(4)) },
      data: { scheduledFor: now },
    });
    const reviewed = await restored(ctx, { days: 20, words: "in review" });
    await ctx.db.retro.update({
      where: { incidentNumber: Number(reviewed.slice(4)) },
      data: { state: "in-review" },
    });
    const reminders = await listReminders(ctx);
    expect(reminders.map(({ incident }) => incident.id)).toEqual(["INC-1", "INC-3"]);
    expect(reminders[0]?.sentence).toBe(
      "SEV1, restored 3 days ago, has no retro scheduled: it was due after 3 days.",
    );
  });
});

eachDatabase("similar incidents", (database) => {
  test("share a service, a lever or words of the cause, and say which", async () => {
    const ctx = ctxAt(database().db);
    const rollback = (id: string) =>
      pastRestoration(ctx.db, {
        incidentNumber: Number(id.slice(4)),
        target: ROLLBACK,
        label: "Roll back",
        askedAt: daysAgo(40),
        inEffectAt: daysAgo(39.9),
        endedAt: now,
      });
    await rollback(await restored(ctx, { days: 30, words: "Connection pools ran dry." }));
    const elsewhere = await restored(ctx, { days: 20, words: "A pool of connections again." });
    await ctx.db.incident.update({
      where: { number: Number(elsewhere.slice(4)) },
      data: { services: ["search"] },
    });
    const apart = await restored(ctx, { days: 15, words: "A certificate ran out." });
    await ctx.db.incident.update({
      where: { number: Number(apart.slice(4)) },
      data: { services: ["mail"] },
    });
    const own = await restored(ctx, { days: 10, words: "The connection pool was small." });
    await rollback(own);
    const { similar } = await getRetro(ctx, { id: own });
    expect(similar.map(({ incident, because }) => [incident.id, because])).toEqual([
      ["INC-1", ["Same service", "Same lever", "“connection”, “pool” in both"]],
      ["INC-2", ["“connection”, “pool” in both"]],
    ]);
    expect(similar[0]?.hasRetro).toBe(true);
  });
});

eachDatabase("drafting by itself", (database) => {
  test("leaves old ones to a person, and one that fails doesn't keep the others waiting", async () => {
    const ctx = ctxAt(database().db);
    await restored(ctx, { days: 40 });
    await restored(ctx, { days: 2 });
    await restored(ctx, { days: 1 });
    await ctx.db.$executeRawUnsafe(
      `UPDATE "Incident" SET "harmBeganFrom" = 'nonsense' WHERE "number" = 2`,
    );
    const failures = new Map<number, number>();
    expect(await startDueRetros(ctx, failures)).toBe(1);
    expect([...failures]).toEqual([[2, 1]]);
    for (let turn = 0; turn < 8; turn += 1) await startDueRetros(ctx, failures);
    expect([...failures]).toEqual([[2, 5]]);
    expect(await ctx.db.retro.count()).toBe(1);
  });
});
