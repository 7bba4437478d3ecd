import { expect, test } from "vitest";
import { type CorrectIncidentInput, DeclareInput } from "@/lib/contracts/incident";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import type { Refusal } from "@/lib/server/refusal";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { startPrometheus } from "../../sandbox/prometheus/start-prometheus.ts";
import { addNote } from "./add-note";
import { correctIncident } from "./correct-incident";
import { declareIncident } from "./declare-incident";
import { editNote } from "./edit-note";
import { getIncidentView } from "./get-incident-view";
import { listIncidents } from "./list-incidents";

const nowhere = "http://127.0.0.1:9";

async function ctxWith(db: Ctx["db"], valueAt: (tMs: number) => number | null, name = "Ada") {
  const prometheus = await startPrometheus({
    series: () => [{ labels: { __name__: "errors:ratio", service: "checkout" }, valueAt }],
  });
  const addresses = {
    kubernetes: nowhere,
    github: nowhere,
    unleash: nowhere,
    prometheus: prometheus.url,
  };
  const ctx = ctxOn({ addresses, service: checkoutService() }, db, { name });
  return { ctx, stop: prometheus.stop };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: Refusal) => error.code,
  );

eachDatabase("an incident", (database) => {
  test("three fields are enough: the rest has defaults, harm begins where the signal says", async () => {
    const began = Math.floor((Date.now() - 20 * 60_000) / 60_000) * 60_000;
    const { ctx, stop } = await ctxWith(database().db, (tMs) => (tMs < began ? 0.004 : 0.2));
    const input = DeclareInput.parse({ title: " Checkout fails ", services: ["checkout"] });
    const { incident, isNew } = await declareIncident(ctx, input, { origin: "person" });
    await stop();
    expect(isNew).toBe(true);
    expect(incident).toMatchObject({
      id: "INC-1",
      title: "Checkout fails",
      severity: 2,
      status: "declared",
      commander: "Ada",
      declaredBy: "Ada",
      origin: "person",
      harmBeganFrom: "signal",
      version: 1,
    });
    expect(Math.abs(Date.parse(incident.harmBeganAt) - began)).toBeLessThanOrEqual(60_000);
    const { entries } = await getIncidentView(ctx, { id: "INC-1" });
    expect(entries.map((entry) => entry.kind)).toEqual(["harm", "declare"]);
    expect(entries[0]?.text).toContain("Failed requests crossed its threshold");
  });

  test("a signal that is fine or silent: harm is taken from the declaration, or as declared", async () => {
    const { ctx, stop } = await ctxWith(database().db, () => 0.004);
    const input = DeclareInput.parse({ title: "Odd", services: ["checkout", "checkout"] });
    const fine = await declareIncident(ctx, input, { origin: "api" });
    expect(fine.incident).toMatchObject({
      harmBeganFrom: "declaration",
      commander: null,
      services: ["checkout"],
    });
    await stop();
    const silent = await declareIncident(ctx, input, { origin: "person" });
    expect(silent.incident).toMatchObject({ id: "INC-2", harmBeganFrom: "declaration" });
    const harmBeganAt = "2026-01-02T03:04:05.000Z";
    const said = await declareIncident(ctx, { ...input, harmBeganAt }, { origin: "person" });
    expect(said.incident).toMatchObject({ harmBeganFrom: "person", harmBeganAt });
    expect((await listIncidents(ctx, {})).items.map((one) => one.id)).toEqual([
      "INC-3",
      "INC-2",
      "INC-1",
    ]);
  });

  test("what can't be is refused, before and after", async () => {
    const { ctx, stop } = await ctxWith(database().db, () => 0.004);
    const declare = (more: object) =>
      declareIncident(
        ctx,
        { title: "Odd", severity: 2, services: ["checkout"], ...more },
        { origin: "person" },
      );
    const future = new Date(Date.now() + 60_000).toISOString();
    expect(await codeOf(declare({ services: ["nope"] }))).toBe("unknown-service");
    expect(await codeOf(declare({ harmBeganAt: future }))).toBe("bad-start");
    await declare({});
    const correct = (input: Partial<CorrectIncidentInput>) =>
      correctIncident(ctx, { id: "INC-1", version: 1, ...input });
    expect(await codeOf(correct({ services: ["checkout", "nope"] }))).toBe("unknown-service");
    expect(await codeOf(correct({ harmBeganAt: future }))).toBe("bad-start");
    expect(await codeOf(correctIncident(ctx, { id: "INC-9", version: 1 }))).toBe(
      "unknown-incident",
    );
    expect(await codeOf(correctIncident(ctx, { id: "1; DROP", version: 1 }))).toBe(
      "unknown-incident",
    );
    await stop();
    expect(await ctx.db.incident.count()).toBe(1);
  });

  test("two correct it at once: one wins, the other is told; what was before is kept in words", async () => {
    const { db } = database();
    const { ctx: ada, stop } = await ctxWith(db, () => 0.004);
    const bob = { ...ada, actor: { ...ada.actor, id: "bob", name: "Bob" } };
    await declareIncident(
      ada,
      { title: "Odd", severity: 2, services: ["checkout"] },
      { origin: "person" },
    );
    await stop();
    const codes = await Promise.all([
      codeOf(correctIncident(ada, { id: "INC-1", version: 1, severity: 1 })),
      codeOf(correctIncident(bob, { id: "INC-1", version: 1, title: "Very odd" })),
    ]);
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    await correctIncident(ada, {
      id: "INC-1",
      version: 2,
      severity: 3,
      harmBeganAt: "2026-01-02T03:04:05.000Z",
    });
    const { incident, entries } = await getIncidentView(ada, { id: "INC-1" });
    expect(incident).toMatchObject({ severity: 3, version: 3, harmBeganFrom: "person" });
    const words = entries.map((entry) => entry.text).join("\n");
    expect(words).toMatch(/Ada changed severity [12] → 3/);
    expect(words).toMatch(/Ada corrected the start of harm .* → 2026-01-02T03:04:05/);
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
  });

  test("notes keep what was first written; only notes are edited, and only fresh ones", async () => {
    const { db } = database();
    const { ctx, stop } = await ctxWith(db, () => 0.004);
    await declareIncident(
      ctx,
      { title: "Odd", severity: 2, services: ["checkout"] },
      { origin: "person" },
    );
    await stop();
    const first = await addNote(ctx, {
      id: "INC-1",
      text: "It is the cache",
      at: "2026-01-02T03:04:05.000Z",
    });
    const edit = (version: number, text: string) =>
      editNote(ctx, { id: "INC-1", entryId: first.id, version, text });
    const second = await edit(1, "It is the queue");
    expect(second).toMatchObject({ text: "It is the queue", version: 2 });
    const codes = await Promise.all([codeOf(edit(2, "It is DNS")), codeOf(edit(2, "It was DNS"))]);
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    const { entries } = await getIncidentView(ctx, { id: "INC-1" });
    const note = entries.find((entry) => entry.kind === "note");
    expect(note).toMatchObject({
      version: 3,
      original: { text: "It is the cache", at: "2026-01-02T03:04:05.000Z" },
    });
    expect(note?.editedAt).not.toBeNull();
    const declared = entries.find((entry) => entry.kind === "declare");
    const wrong = { id: "INC-1", entryId: declared?.id ?? "", version: 1, text: "It was never so" };
    expect(await codeOf(editNote(ctx, wrong))).toBe("not-a-note");
    expect(await codeOf(editNote(ctx, { ...wrong, entryId: "none" }))).toBe("unknown-entry");
    const edits = await db.auditEntry.findMany({ where: { action: "edit-note" } });
    expect(JSON.stringify(edits.map((one) => one.detail))).toContain("It is the queue");
  });
});
