import { describe, expect, test } from "vitest";
import type { Database } from "@/lib/server/db";
import { eachDatabase } from "@/lib/server/test-database";
import { closeHold, type HoldPatch, saveHold } from "./save-store";

const TAKEN = new Date("2026-01-01T00:00:20.000Z");
const NEXT = new Date("2026-01-01T00:01:00.000Z");
const AT = new Date("2026-01-01T00:00:05.000Z");
const LATER = new Date("2026-01-01T00:00:09.000Z");
const taken = { takenDueAt: TAKEN, nextAt: NEXT };
const held: HoldPatch = { state: "held", sentence: "It is held.", at: AT };

eachDatabase("what became of holds", (database) => {
  const make = async (db: Database, names: string[], more: object = {}) => {
    await db.hold.createMany({
      data: names.map((name) => ({
        ...{ layer: "flux", source: "cluster", subject: name, openKey: `flux cluster ${name}` },
        ...{ detail: {}, state: "asked", sentence: "Being asked.", commands: ["look"] },
        ...{ who: "ann", was: { suspend: true }, at: TAKEN, dueAt: TAKEN, ...more },
      })),
    });
    const rows = await db.hold.findMany({ orderBy: { number: "asc" } });
    return rows.map(({ number }) => number);
  };
  const read = (db: Database, number = 1) => db.hold.findUniqueOrThrow({ where: { number } });

  test("is written for each, also of very many at the same moment", async () => {
    const { db } = database();
    const numbers = await make(
      db,
      Array.from({ length: 150 }, (_, index) => `app-${index}`),
    );
    const kept = await Promise.all(
      numbers.map((number) => saveHold(db, number, { ...held, sentence: `${number}` }, taken)),
    );
    expect(kept).toEqual(numbers.map(() => true));
    const rows = await db.hold.findMany({ orderBy: { number: "asc" } });
    expect(rows.map(({ sentence }) => sentence)).toEqual(numbers.map(String));
    expect(new Set(rows.map(({ dueAt }) => dueAt.getTime()))).toEqual(new Set([NEXT.getTime()]));
  });

  test("leaves what it doesn't name, and empties what it names as nothing", async () => {
    const { db } = database();
    await make(db, ["app"]);
    await saveHold(db, 1, held, taken);
    expect(await read(db)).toMatchObject({
      ...{ state: "held", at: AT, who: "ann", commands: ["look"], was: { suspend: true } },
      ...{ url: null, checkedAt: null, lostAt: null, asserted: null, endsByItself: false },
    });
    const all = { url: "https://x.example", lostAt: AT, checkedAt: AT, asserted: "h" };
    await saveHold(db, 1, { ...held, ...all, commands: ["a", "b"], endsByItself: true }, taken);
    expect(await read(db)).toMatchObject({ ...all, commands: ["a", "b"], endsByItself: true });
    const none = { who: null, was: null, url: null, lostAt: null, asserted: null, commands: [] };
    await saveHold(db, 1, { ...held, ...none }, taken);
    expect(await read(db)).toMatchObject({ ...none, checkedAt: AT, endsByItself: true });
    expect(await db.$queryRaw`SELECT "was" IS NULL AS "isNull" FROM "Hold"`).toEqual([
      { isNull: true },
    ]);
  });

  test("keeps since when it is so, and when somebody wants it looked at sooner", async () => {
    const { db } = database();
    await make(db, ["app"]);
    await saveHold(db, 1, held, taken);
    await db.hold.updateMany({ data: { dueAt: AT } });
    await saveHold(db, 1, { ...held, sentence: "It still is.", at: LATER }, taken);
    expect(await read(db)).toMatchObject({ sentence: "It still is.", at: AT, dueAt: AT });
    await saveHold(db, 1, { ...held, at: LATER }, { takenDueAt: null, nextAt: NEXT });
    expect((await read(db)).dueAt).toEqual(NEXT);
  });

  describe("of one that was let go of", () => {
    const closed = { sentence: "It is free.", at: LATER };

    test("is told, and no other is changed", async () => {
      const { db } = database();
      const [one = 0, two = 0] = await make(db, ["one", "two"], { state: "releasing" });
      expect(await closeHold(db, one, closed, TAKEN)).toBe(true);
      expect(await read(db, one)).toMatchObject({
        ...{ state: "released", openKey: null, at: LATER, checkedAt: LATER, who: null },
        ...{ commands: [], sentence: "It is free." },
      });
      const kept = await Promise.all([
        saveHold(db, one, held, taken),
        saveHold(db, two, held, taken),
      ]);
      expect(kept).toEqual([false, true]);
      expect((await read(db, one)).state).toBe("released");
    });

    test("isn't so once somebody claims it again", async () => {
      const { db } = database();
      await make(db, ["app"], { state: "releasing", dueAt: AT });
      expect(await closeHold(db, 1, closed, TAKEN)).toBe(false);
      expect(await read(db)).toMatchObject({ state: "releasing", openKey: "flux cluster app" });
    });
  });

  test("one that can't be written keeps no other from being", async () => {
    const { db } = database();
    const [one = 0, two = 0] = await make(db, ["one", "two"]);
    const never = { ...held, at: new Date("+275760-09-13T00:00:00.000Z") };
    const [bad, good] = await Promise.allSettled([
      saveHold(db, one, never, taken),
      saveHold(db, two, held, taken),
    ]);
    expect(bad).toMatchObject({ status: "rejected" });
    expect(good).toEqual({ status: "fulfilled", value: true });
    expect((await read(db, two)).state).toBe("held");
  });
});
