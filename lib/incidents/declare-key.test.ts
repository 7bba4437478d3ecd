import { expect, test } from "vitest";
import { DeclareInput } from "@/lib/contracts/incident";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { correctIncident } from "./correct-incident";
import { declareIncident } from "./declare-incident";
import { declareKeyOf } from "./declare-key";

const nowhere = "http://127.0.0.1:9";
const addresses = { kubernetes: nowhere, github: nowhere, unleash: nowhere, prometheus: nowhere };
const ctxOf = (db: Ctx["db"], name = "Ada") =>
  ctxOn({ addresses, service: { ...checkoutService(), signal: null } }, db, { name });

const KEY = "a-form-of-its-own";
const INPUT = DeclareInput.parse({ title: "Checkout fails", services: ["checkout"] });

function declare(ctx: Ctx, input: DeclareInput, header: string | null) {
  const declareKey = declareKeyOf(ctx, header, input);
  return declareIncident(ctx, input, { origin: "person", declareKey });
}

const refused = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Refusal ? error : null),
  );

eachDatabase("a declaration sent again", (database) => {
  test("at the same moment is one incident, declared once on its timeline", async () => {
    const ctx = ctxOf(database().db);
    const answers = await Promise.all(Array.from({ length: 12 }, () => declare(ctx, INPUT, KEY)));
    expect(new Set(answers.map(({ incident }) => incident.id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await ctx.db.incident.count()).toBe(1);
    expect(await ctx.db.timelineEntry.count({ where: { kind: "declare" } })).toBe(1);
    expect(await ctx.db.auditEntry.count()).toBe(1);
  });

  test("later, after it was corrected or its service went, still finds it", async () => {
    const ctx = ctxOf(database().db);
    const { incident } = await declare(ctx, INPUT, KEY);
    await correctIncident(ctx, { id: incident.id, version: 1, title: "Vouchers fail" });
    const again = await declare({ ...ctx, fileServices: [] }, INPUT, KEY);
    expect(again.isNew).toBe(false);
    expect(again.incident).toMatchObject({ id: incident.id, title: "Vouchers fail" });
  });

  test("with other words is refused and names the incident there is", async () => {
    const ctx = ctxOf(database().db);
    const { incident } = await declare(ctx, INPUT, KEY);
    const others: Partial<DeclareInput>[] = [
      { title: "Search fails" },
      { severity: 1 },
      { commander: "Bob" },
      { harmBeganAt: "2026-01-02T03:04:05.000Z" },
      { isDrill: true },
    ];
    for (const other of others) {
      const refusal = await refused(declare(ctx, { ...INPUT, ...other }, KEY));
      expect(refusal).toMatchObject({ code: "key-reused", status: 422 });
      expect(refusal?.sentence).toContain(incident.id);
    }
    expect(await ctx.db.incident.count()).toBe(1);
  });

  test("with no key, another key or by somebody else is another incident", async () => {
    const { db } = database();
    await declare(ctxOf(db), INPUT, KEY);
    await declare(ctxOf(db), INPUT, null);
    await declare(ctxOf(db), INPUT, `${KEY}-2`);
    await declare(ctxOf(db, "Bob"), { ...INPUT, severity: 1 }, KEY);
    expect(await db.incident.count()).toBe(4);
  });

  test("a key that was refused for what it said is free to say it better", async () => {
    const ctx = ctxOf(database().db);
    const wrong = await refused(declare(ctx, { ...INPUT, services: ["nope"] }, KEY));
    expect(wrong?.code).toBe("unknown-service");
    expect(await declare(ctx, INPUT, KEY)).toMatchObject({ isNew: true });
  });

  test.each(["", "short", "x".repeat(101), "with spaces in it", "clé-trop-accentuée"])(
    "%j is no key",
    async (header) => {
      const ctx = ctxOf(database().db);
      const refusal = await refused(Promise.resolve().then(() => declare(ctx, INPUT, header)));
      expect(refusal).toMatchObject({ code: "invalid-input", status: 422 });
      expect(refusal?.fields).toMatchObject([{ path: "Idempotency-Key" }]);
    },
  );
});
