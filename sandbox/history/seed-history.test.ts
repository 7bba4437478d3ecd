import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listChanges } from "@/lib/changes/list-changes";
import { RetroDocument } from "@/lib/contracts/retro";
import { listIncidents } from "@/lib/incidents/list-incidents";
import { adviceOf } from "@/lib/restorations/advice-store";
import { listRestorations } from "@/lib/restorations/list-restorations";
import { getRetro } from "@/lib/retros/get-retro";
import { type OpenedDatabase, openDatabase } from "@/lib/server/db";
import { migrate, readMigrations } from "@/lib/server/migrate";
import { seedHistory } from "./seed-history.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const migrations = join(process.cwd(), "prisma/migrations");

const issues: string[] = [];
let folder: string;
let opened: OpenedDatabase;
let written: Awaited<ReturnType<typeof seedHistory>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kg-past-"));
  written = await seedHistory({
    ...{ dataDir: folder, migrations, now: NOW },
    async openIssue({ title }) {
      issues.push(title);
      return { number: 100 + issues.length, url: `https://code.example/${issues.length}` };
    },
  });
  opened = await openDatabase({ dataDir: folder });
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const all = async () => {
  const first = await listIncidents(opened, { limit: 100 });
  return first.items.toReversed();
};

test("the console finds a ledger at today's schema and goes on where the past ends", async () => {
  expect(await migrate(opened.connection, readMigrations(migrations))).toEqual([]);
  expect(readdirSync(migrations).length).toBeGreaterThan(3);
  expect(written.incidents).toBeGreaterThan(55);
  const { number } = await opened.db.incident.create({
    data: {
      ...{ title: "The next one", severity: 2, status: "declared", services: ["checkout"] },
      ...{ origin: "person", declaredBy: "Ada", harmBeganFrom: "declaration" },
      ...{ declaredAt: new Date(NOW), harmBeganAt: new Date(NOW) },
    },
  });
  expect(number).toBe(written.incidents + 1);
  await opened.db.incident.delete({ where: { number } });
});

describe("incidents", () => {
  test("of every severity and lever lie within two years, in order, each with its story", async () => {
    const incidents = await all();
    expect(incidents).toHaveLength(written.incidents);
    const ages = incidents.map(({ harmBeganAt }) => (NOW - Date.parse(harmBeganAt)) / DAY);
    expect(Math.max(...ages)).toBeLessThan(740);
    expect(Math.min(...ages)).toBeGreaterThan(0);
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
    expect(new Set(incidents.map(({ severity }) => severity))).toEqual(new Set([1, 2, 3, 4]));
    expect(incidents.filter(({ isDrill }) => isDrill).length).toBeGreaterThan(3);
    expect(new Set(incidents.map(({ title }) => title)).size).toBe(incidents.length);
    for (const one of incidents) {
      expect(Date.parse(one.restoredAt ?? "")).toBeGreaterThan(Date.parse(one.harmBeganAt));
      expect(Date.parse(one.declaredAt)).toBeGreaterThanOrEqual(Date.parse(one.harmBeganAt));
    }
  });

  test("were restored by all three levers, and by none; presses, receipts and cards agree", async () => {
    const levers = new Map<string, number>();
    for (const { id, isDrill } of await all()) {
      const number = Number(id.slice(4));
      const pulls = await listRestorations(opened, number);
      const verified = pulls.filter(({ state, putBackOf }) => state === "verified" && !putBackOf);
      const key = verified[0]?.lever ?? "none";
      levers.set(key, (levers.get(key) ?? 0) + 1);
      expect(pulls.some(({ putBackOf }) => putBackOf !== null)).toBe(isDrill);
      for (const pull of pulls) {
        const times = [pull.plannedAt, pull.acceptedAt, pull.inEffectAt, pull.endedAt];
        expect(times).toEqual(times.toSorted());
        expect(pull.receipts.map(({ at }) => at)).toEqual(times);
      }
      const [card] = await adviceOf(opened.db, number);
      if (verified[0]) expect(card?.card.levers.map(({ lever }) => lever)).toContain(key);
    }
    expect([...levers.keys()].toSorted()).toEqual(["none", "retoggle", "revert", "rollback"]);
    expect(Math.min(...levers.values())).toBeGreaterThan(6);
  });

  test("rollbacks were decided on faster in the second year", async () => {
    const decided = async (from: number, to: number) => {
      const rows = await opened.db.restoration.findMany({
        where: { lever: "rollback", state: "verified", putBackOf: null },
        include: { incident: true },
      });
      const spans = rows
        .filter(({ incident }) => !incident.isDrill)
        .map(({ plannedAt, incident }) => ({
          days: (NOW - incident.harmBeganAt.getTime()) / DAY,
          ms: plannedAt.getTime() - incident.declaredAt.getTime(),
        }))
        .filter(({ days }) => days > from && days <= to)
        .map(({ ms }) => ms)
        .toSorted((a, b) => a - b);
      return spans[Math.floor(spans.length / 2)] ?? 0;
    };
    expect(await decided(0, 365)).toBeLessThan(0.7 * (await decided(365, 740)));
  });
});

describe("deliveries", () => {
  test("are changes like any other, and a rollback returns to the revision in front of its culprit", async () => {
    const { items } = await listChanges(opened, { kind: "deploy", limit: 200 });
    expect(items.length).toBe(200);
    const back = items.find(
      ({ details }) => details.kind === "deploy" && details.returnsTo !== null,
    );
    const [deploys, merges] = await Promise.all([
      opened.db.change.count({ where: { kind: "deploy" } }),
      opened.db.change.count({ where: { kind: "merge" } }),
    ]);
    expect(deploys).toBeGreaterThan(700);
    expect(merges).toBeGreaterThan(deploys);
    if (back?.details.kind !== "deploy") throw new Error("Nothing was rolled back.");
    const { returnsTo, deployment, templateHash, restorationId } = back.details;
    expect(restorationId).toMatch(/^R-\d+$/);
    const was = await opened.db.change.findFirst({
      where: { kind: "deploy", naturalKey: `shop-blue-${deployment}:${returnsTo}` },
    });
    expect(was?.details).toMatchObject({ templateHash });
  });

  test("have no key that the sandbox's own products could tell", async () => {
    const rows = await opened.db.change.findMany({ select: { naturalKey: true, subject: true } });
    expect(
      rows.filter(
        ({ subject }) =>
          /^shop\/|storefront-monorepo/.test(subject) && !subject.includes("until-spring"),
      ),
    ).toEqual([]);
    expect(new Set(rows.map(({ naturalKey }) => naturalKey)).size).toBe(rows.length);
  });
});

describe("retros", () => {
  test("that were published are whole documents without names", async () => {
    const rows = await opened.db.retroPublication.findMany();
    expect(rows.length).toBe(written.retros - 1);
    const people = /Mira|Ines|Tom Okafor|Jun Sato|Pia|Lotte|Sam Whitfield/;
    for (const { document, markdown } of rows) {
      const { followUps, ...said } = RetroDocument.parse(document);
      expect(JSON.stringify(said)).not.toMatch(people);
      expect(said.timeline.length).toBeGreaterThan(4);
      expect(markdown).toMatch(/^# INC-\d+: /);
      expect(followUps.every(({ state }) => state === "open")).toBe(true);
    }
    const ends = rows.flatMap(({ document }) => RetroDocument.parse(document).looseEnds);
    const closed = ends.filter(({ closedAt }) => closedAt !== null);
    expect(closed.length).toBeGreaterThan(10);
    expect(closed.every(({ openedAt, closedAt }) => openedAt < (closedAt ?? ""))).toBe(true);
    const rich = rows.filter(({ document }) =>
      RetroDocument.parse(document).sections.every(({ text }) => text !== ""),
    );
    expect(rich.length).toBeGreaterThanOrEqual(12);
  });

  test("open as the console opens any other, and are found by their words", async () => {
    const ctx = { db: opened.db, fileServices: [], now: () => new Date(NOW) };
    const view = await getRetro(ctx, { id: "INC-6" });
    expect(view.retro).toMatchObject({ state: "published", publishedVersion: 1 });
    expect(view.retro.changedSince).toBe(false);
    expect(view.document.phases.every(({ ms }) => ms === null || ms >= 0)).toBe(true);
    const found = await opened.db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM "Retro" WHERE "search" @@ websearch_to_tsquery('english', 'gift cards')`;
    expect(found[0]?.n).toBeGreaterThan(0);
  });

  test("one is in review and scheduled, and a SEV1 of four days ago has none", async () => {
    const [review] = await opened.db.retro.findMany({ where: { state: "in-review" } });
    expect(review?.scheduledFor?.getTime()).toBeGreaterThan(NOW);
    const [bare] = await opened.db.incident.findMany({ where: { severity: 1, retro: null } });
    const days = (NOW - (bare?.restoredAt?.getTime() ?? 0)) / DAY;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(5);
  });

  test("left follow-ups that are done, open and overdue", async () => {
    const rows = await opened.db.followUp.findMany();
    const open = rows.filter(({ state }) => state === "open");
    const isOverdue = ({ dueOn }: (typeof rows)[number]) => (dueOn?.getTime() ?? NOW) < NOW - DAY;
    expect(rows.length - open.length).toBeGreaterThan(15);
    expect(open.some(isOverdue)).toBe(true);
    expect(open.filter((row) => !isOverdue(row)).length).toBeGreaterThan(3);
    const linked = rows.filter(({ issueNumber }) => issueNumber !== null);
    expect(linked.map(({ title }) => title).toSorted()).toEqual(issues.toSorted());
    expect(linked.every(({ state, issueState }) => state === issueState)).toBe(true);
    expect(linked).toHaveLength(4);
  });
});
