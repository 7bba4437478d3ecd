import { expect, test } from "vitest";
import type { Ctx } from "@/lib/server/context";
import { cardAt } from "@/lib/server/test-card";
import { ctxOn, type LogLine } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { pastIncident } from "@/lib/server/test-incident";
import { checkoutService } from "@/lib/server/test-names";
import { recordAdvice } from "./record-advice";

const url = "http://127.0.0.1:9";
const addresses = { kubernetes: url, github: url, unleash: url, prometheus: url };

function ctxAt(db: Ctx["db"], lines: LogLine[] = []) {
  return { ctx: ctxOn({ addresses, service: checkoutService() }, db, { lines }) };
}

eachDatabase("what a card of levers said", (database) => {
  const rows = (db: Ctx["db"]) => db.advice.count();

  test("is kept when it says something new, and only then", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await pastIncident(db, { harmBeganAt: new Date() });
    expect(await recordAdvice(ctx, "INC-1", cardAt(new Date(0)))).toBe(true);
    const later = cardAt(new Date());
    const [first] = later.levers;
    if (!first) throw new Error("the card has levers");
    first.seen = "other";
    first.sentence = "new-basket on for all → off, live 45 min.";
    first.estimate = { ...first.estimate, p50Ms: 3_900, n: 7 };
    expect(await recordAdvice(ctx, "INC-1", later)).toBe(false);
    first.blockers = [{ code: "away", sentence: "Unleash is away", who: null, commands: [] }];
    expect(await recordAdvice(ctx, "INC-1", later)).toBe(true);
    expect(await recordAdvice(ctx, "INC-1", { ...later, suspectId: "flag-1" })).toBe(true);
    expect(await recordAdvice(ctx, "INC-1", later)).toBe(false);
    expect(await rows(db)).toBe(3);
  });

  test("never fails who asked: no incident, or a row that can't be written", async () => {
    const { db } = database();
    const lines: LogLine[] = [];
    const { ctx } = ctxAt(db, lines);
    expect(await recordAdvice(ctx, "nonsense", cardAt(new Date(0)))).toBe(false);
    expect(await recordAdvice(ctx, "INC-77", cardAt(new Date(0)))).toBe(false);
    expect(lines.map(({ level }) => level)).toEqual(["error"]);
    expect(await rows(db)).toBe(0);
  });
});
