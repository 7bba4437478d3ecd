import { expect, test } from "vitest";
import { addNote } from "@/lib/incidents/add-note";
import { recordAdvice } from "@/lib/restorations/record-advice";
import type { Ctx } from "@/lib/server/context";
import type { Refusal } from "@/lib/server/refusal";
import { cardAt } from "@/lib/server/test-card";
import { ctxOn, type LogLine } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { pastIncident, pastRestoration, TURN_OFF } from "@/lib/server/test-incident";
import { checkoutService } from "@/lib/server/test-names";
import { writeStory } from "@/lib/server/test-story";
import { startPrometheus } from "../../sandbox/prometheus/start-prometheus.ts";
import { exportRetro } from "./export-retro";
import { getPublication } from "./get-publication";
import { getRetro } from "./get-retro";
import { startDueRetros } from "./start-due-retros";
import { startRetro } from "./start-retro";

const NOWHERE = "http://127.0.0.1:9";
const MINUTE = 60_000;
const now = new Date();
const ago = (minutes: number) => new Date(now.getTime() - minutes * MINUTE);

function ctxAt(db: Ctx["db"], prometheus = NOWHERE, lines: LogLine[] = []) {
  const published: string[] = [];
  const ctx: Ctx = {
    ...ctxOn(
      {
        addresses: { kubernetes: NOWHERE, github: NOWHERE, unleash: NOWHERE, prometheus },
        service: checkoutService(),
      },
      db,
      { now: () => now, lines, timeoutSeconds: 2 },
    ),
    publish: (topic, key) => published.push(key ? `${topic} ${key}` : topic),
  };
  return { ctx, published };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: Refusal) => error.code,
  );

eachDatabase("a drafted retro", (database) => {
  test("is drafted by itself, once, with what the signal said", async () => {
    const { db } = database();
    const began = ago(60).getTime();
    const prometheus = await startPrometheus({
      series: () => [
        {
          labels: { __name__: "errors:ratio", service: "checkout" },
          valueAt: (tMs) => (tMs >= began && tMs < ago(30).getTime() ? 0.38 : 0.004),
        },
      ],
    });
    const { ctx, published } = ctxAt(db, prometheus.url);
    await writeStory(db, ago);
    expect(await startDueRetros(ctx, new Map())).toBe(1);
    expect(await startDueRetros(ctx, new Map())).toBe(0);
    await db.incident.update({ where: { number: 1 }, data: { harmBeganAt: ago(61) } });
    expect(await startDueRetros(ctx, new Map())).toBe(1);
    await prometheus.stop();
    // Corrected again when the source is gone: what was known stays known.
    await db.incident.update({ where: { number: 1 }, data: { harmBeganAt: ago(60) } });
    expect(await startDueRetros(ctx, new Map())).toBe(1);
    expect(await startDueRetros(ctx, new Map())).toBe(0);
    expect(published.slice(0, 2)).toEqual(["retro INC-1", "retros"]);
    const { document } = await getRetro(ctx, { id: "INC-1" });
    const customers = document.sections.find(({ name }) => name === "customers");
    expect(customers?.text).toMatch(
      /rose from 0\.4\u00a0% to 38\u00a0% at \d\d:\d\d UTC and was above its threshold of .* for (29|30|31) min/,
    );
  });

  test("tells the whole story by role: before, during and after", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await writeStory(db, ago);
    await recordAdvice(ctx, "INC-1", cardAt(ago(52)));
    await startRetro(ctx, { incidentId: "INC-1" });
    const { document, retro, names } = await getRetro(ctx, { id: "INC-1" });
    expect(names).toEqual(["Ada", "Bob", "Grace Hopper", "Mira Elsewhere"]);
    expect(document.people.map(({ role }) => role)).toEqual([
      "the commander",
      "responder 1",
      "author 1",
    ]);
    expect(retro).toMatchObject({ state: "draft", showsNames: false, changedSince: false });
    expect(document.impact).toEqual({ from: ago(60).toISOString(), to: ago(30).toISOString() });
    expect(document.response).toEqual({ from: ago(55).toISOString(), to: ago(27).toISOString() });
    expect(document.phases.map(({ ms }) => (ms ?? -MINUTE) / MINUTE)).toEqual([5, 0, 17, 0, 4, 7]);
    const kept = document.timeline.filter(({ shown }) => shown === "kept");
    expect(kept.map(({ subject }) => subject)).toEqual([
      "change:merge-12",
      "change:deploy-24",
      "entry:e1",
      "entry:e2",
      "receipt:2",
      "change:deploy-26",
    ]);
    expect(kept.map(({ by }) => by)).toEqual([
      "author 1",
      null,
      "the commander",
      "responder 1",
      null,
      null,
    ]);
    expect(kept[3]?.text).toBe("Responder 1 pulled: Roll back checkout 24 → 23");
    expect(kept[1]).toMatchObject({ source: "cluster", url: "https://cluster.example/24" });
    expect(JSON.stringify(document)).not.toMatch(/Ada|Bob|Grace|Mira/);
    const [summary] = document.sections;
    expect(summary?.text).toMatch(/hurt for 30 min/);
    expect(summary?.text).toMatch(/checkout 23 → 24, with #12 Round prices/);
    expect(summary?.text).toMatch(/\(R-1\) was pulled; it took effect and did not help/);
    expect(summary?.text).toMatch(/\(R-2\) restored it, in effect 4 min after the press/);
    expect(document.alternatives.map(({ sentence }) => sentence)).toEqual([
      "Turn new-basket off (R-1) took 6 s from the press until in effect and did not help.",
      "Roll back checkout 24 → 23 (R-2) was pulled: it took 4 min from the press until in effect.",
      "Reverting was not possible: No merge is known.",
    ]);
    expect(document.advice).toMatchObject({
      lever: "retoggle",
      wasFollowed: true,
      wasRight: false,
    });
    expect(document.looseEnds).toMatchObject([
      { kind: "flag-left-off", closedAt: null },
      { kind: "older-version", closedAt: ago(5).toISOString(), closedBy: "checkout 25 → 26" },
    ]);
  });

  test("credits what restored, not what put it back; putting back closes the loose end", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    const incidentNumber = await pastIncident(db, { harmBeganAt: ago(60), restoredAt: ago(40) });
    const times = (asked: number) => ({
      incidentNumber,
      askedAt: ago(asked),
      inEffectAt: ago(asked - 2),
      endedAt: ago(asked - 12),
    });
    const off = { ...times(45), target: TURN_OFF, label: "Turn new-basket off" };
    const first = await pastRestoration(db, off);
    const label = "Turn new-basket on again";
    await pastRestoration(db, { ...times(20), target: TURN_OFF, label, putBackOf: first });
    await startRetro(ctx, { incidentId: "INC-1" });
    const { document } = await getRetro(ctx, { id: "INC-1" });
    expect(document.phases.at(-1)).toMatchObject({ from: ago(43).toISOString(), ms: 10 * MINUTE });
    expect(document.looseEnds).toMatchObject([
      { kind: "flag-left-off", closedAt: ago(18).toISOString(), closedBy: `R-2: ${label}` },
    ]);
    expect(document.sections[0]?.text).toMatch(/\(R-1\) restored it.* R-1 was put back by R-2\.$/);
    expect(document.alternatives.filter(({ wasPulled }) => wasPulled)).toHaveLength(1);
  });

  test("is there for an incident with nothing: restored by hand, no signal, no lever", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await pastIncident(db, {
      services: ["gone"],
      commander: null,
      harmBeganAt: ago(10),
      restoredAt: ago(2),
    });
    await startRetro(ctx, { incidentId: "INC-1" });
    const { document } = await getRetro(ctx, { id: "INC-1" });
    expect(document.timeline).toEqual([]);
    expect(document.alternatives).toEqual([]);
    expect(document.advice).toBeNull();
    expect(document.sections[0]?.text).toMatch(/restored without a lever/);
    expect(document.sections[1]?.text).toBe("gone has no signal: write here what customers saw.");
    expect((await exportRetro(ctx, { id: "INC-1" })).markdown).toMatch(
      /^# INC-1: Checkout fails\n/,
    );
  });

  test("a silent signal makes a sentence, not a failure", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await writeStory(db, ago);
    await startRetro(ctx, { incidentId: "INC-1" });
    const { document } = await getRetro(ctx, { id: "INC-1" });
    expect(document.sections[1]?.text).toMatch(/could not be read when this was drafted: /);
  });

  test("starts once: asked again it is the same; before the end it is refused", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await pastIncident(db, { harmBeganAt: ago(10) });
    expect(await codeOf(startRetro(ctx, { incidentId: "INC-1" }))).toBe("not-restored");
    expect(await codeOf(getRetro(ctx, { id: "INC-1" }))).toBe("no-retro");
    expect(await codeOf(getRetro(ctx, { id: "INC-9" }))).toBe("unknown-incident");
    await db.incident.update({ where: { number: 1 }, data: { restoredAt: ago(1) } });
    const both = await Promise.all([1, 2].map(() => startRetro(ctx, { incidentId: "INC-1" })));
    expect(both[0]).toEqual(both[1]);
    expect(await codeOf(getPublication(ctx, { id: "INC-1", version: 1 }))).toBe("no-version");
  });

  test("opened again and restored since, its facts are read anew and its words stay", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await pastIncident(db, { harmBeganAt: ago(50), restoredAt: ago(20) });
    await db.retro.create({
      data: { incidentNumber: 1, draftedAt: ago(30), changedAt: ago(30), facts: {} },
    });
    await db.retroSection.create({
      data: {
        incidentNumber: 1,
        name: "lucky",
        text: "It was night.",
        revision: 3,
        editedBy: "Ada",
        editedAt: ago(25),
      },
    });
    expect(await startDueRetros(ctx, new Map())).toBe(1);
    const { document, retro } = await getRetro(ctx, { id: "INC-1" });
    expect(retro.draftedAt).toBe(now.toISOString());
    expect(document.sections.find(({ name }) => name === "lucky")).toMatchObject({
      text: "It was night.",
      isDrafted: false,
      revision: 3,
    });
  });

  test("reads two thousand entries with what was said of them", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await pastIncident(db, { harmBeganAt: ago(60), restoredAt: ago(5) });
    await db.timelineEntry.createMany({
      data: Array.from({ length: 2_000 }, (_, index) => ({
        id: `n${index}`,
        incidentNumber: 1,
        kind: "note",
        at: ago(60 - index / 40),
        text: `note ${index} <script>alert(1)</script> | of Ada`,
        by: index % 2 === 0 ? "Ada" : "李雷",
      })),
    });
    await startRetro(ctx, { incidentId: "INC-1" });
    await getRetro(ctx, { id: "INC-1" });
    const before = performance.now();
    const { document } = await getRetro(ctx, { id: "INC-1" });
    expect(performance.now() - before).toBeLessThan(1_500);
    expect(document.timeline).toHaveLength(2_000);
    const { markdown } = await exportRetro(ctx, { id: "INC-1" });
    expect(markdown).not.toMatch(/<script>|Ada|李雷/);
  });

  test("a note that cannot break it: hostile words are kept and shown as they are", async () => {
    const { db } = database();
    const { ctx } = ctxAt(db);
    await pastIncident(db, { harmBeganAt: ago(60), restoredAt: ago(5), commander: "a.*(b" });
    await addNote(ctx, { id: "INC-1", text: "a.*(b said: $& \\1 «x» %_' OR 1=1 --" });
    await startRetro(ctx, { incidentId: "INC-1" });
    const { document } = await getRetro(ctx, { id: "INC-1" });
    expect(document.timeline[0]?.text).toBe("The commander said: $& \\1 «x» %_' OR 1=1 --");
  });
});
