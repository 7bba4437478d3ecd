import fc from "fast-check";
import { expect, test } from "vitest";
import type { SaveSectionOutcome } from "@/lib/contracts/retro";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { eachDatabase } from "@/lib/server/test-database";
import { codeOf, draftedRetro, writerOn } from "@/lib/server/test-retro";
import { getRetro } from "./get-retro";
import { listEdits } from "./list-edits";
import { saveSection } from "./save-section";

const name = "went-well" as const;
const save = (ctx: Ctx, id: string, base: number, text: string) =>
  saveSection(ctx, { id, name, base, text });
const textOf = ({ section }: SaveSectionOutcome) => section.text;
const words = (text: string) => text.split(/\s+/).filter(Boolean);

eachDatabase("saving a section", (database) => {
  test("the first text replaces the draft, which is kept; the same again changes nothing", async () => {
    const { ctx, published } = writerOn(database().db);
    const id = await draftedRetro(ctx);
    const before = await getRetro(ctx, { id });
    const drafted = before.document.sections.find((one) => one.name === "summary");
    expect(drafted).toMatchObject({ isDrafted: true, revision: 0 });
    const summary = (base: number, text: string) =>
      saveSection(ctx, { id, name: "summary", base, text });
    // Looking at it and saving it as it is makes nobody its author.
    published.length = 0;
    const same = await summary(0, drafted?.text ?? "");
    expect(same).toMatchObject({ outcome: "saved", section: { isDrafted: true, revision: 0 } });
    expect(published).toEqual([]);

    const first = await summary(0, `${drafted?.text}\r\nAnd zebras.`);
    expect(first).toMatchObject({
      outcome: "saved",
      section: {
        revision: 1,
        isDrafted: false,
        editedBy: "Ada",
        text: `${drafted?.text}\nAnd zebras.`,
      },
    });
    expect(published).toEqual([`retro ${id}`, "retros"]);
    const again = await summary(0, textOf(first));
    expect(again.section.revision).toBe(1);
    const after = await getRetro(ctx, { id });
    expect(after.retro.version).toBe(before.retro.version + 1);
    expect(Date.parse(after.retro.changedAt)).toBeGreaterThan(Date.parse(before.retro.changedAt));
    const edits = await listEdits(ctx, { id, name: "summary" });
    expect(edits.map(({ revision, by }) => [revision, by])).toEqual([
      [1, "Ada"],
      [0, "Known Good"],
    ]);
    expect(edits[1]?.text).toBe(drafted?.text);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    const [{ found } = { found: 0 }] = await ctx.db.$queryRaw<{ found: number }[]>`
      SELECT count(*)::int AS found FROM "Retro"
       WHERE "search" @@ websearch_to_tsquery('english', 'zebra')`;
    expect(found).toBe(1);
  });

  test("what two wrote on the same text is merged; the same words are shown, not overwritten", async () => {
    const { db } = database();
    const { ctx: ada } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const id = await draftedRetro(ada);
    await save(ada, id, 0, "Alerts came fast.\nThe flag was there.");
    await save(ada, id, 1, "Alerts came very fast.\nThe flag was there.");
    const merged = await save(bob, id, 1, "Alerts came fast.\nThe flag was there, and known.");
    expect(merged).toMatchObject({
      outcome: "merged",
      section: {
        revision: 3,
        editedBy: "Bob",
        text: "Alerts came very fast.\nThe flag was there, and known.",
      },
    });
    const conflict = () => save(bob, id, 1, "Alerts came too late.\nThe flag was there.");
    const first = await conflict();
    expect(first).toMatchObject({
      outcome: "conflict",
      yours: "Alerts came too late.\nThe flag was there.",
      section: { revision: 3, text: textOf(merged) },
    });
    expect(first.both).toBe(
      "Alerts came very fast.\nAlerts came too late.\nThe flag was there, and known.",
    );
    await conflict();
    const edits = await listEdits(ada, { id, name });
    expect(edits.filter(({ kind }) => kind === "conflict")).toMatchObject([
      { revision: null, by: "Bob", text: first.yours },
    ]);
    expect((await getRetro(ada, { id })).document.sections).toContainEqual(merged.section);
    // What was solved by hand is saved on what is there now.
    const solved = await save(bob, id, 3, first.both ?? "");
    expect(solved).toMatchObject({ outcome: "saved", section: { revision: 4 } });
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
  });

  test("whose answer was lost goes on without meeting themselves", async () => {
    const { db } = database();
    const { ctx: ada } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const id = await draftedRetro(ada);
    await save(ada, id, 0, "We saw it lat");
    const on = await save(ada, id, 0, "We saw it late.");
    expect(on).toMatchObject({
      outcome: "saved",
      section: { revision: 2, text: "We saw it late." },
    });
    // Another's half word is kept, though it is the beginning of ours.
    const other = await save(bob, id, 1, "We saw it lat, all of us");
    expect(other.outcome).toBe("conflict");
  });

  test("two who begin on the same draft at once are both heard", async () => {
    const { db } = database();
    const { ctx: ada } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const id = await draftedRetro(ada);
    const { document } = await getRetro(ada, { id });
    const draft = document.sections.find((one) => one.name === "summary")?.text ?? "";
    expect(draft).not.toBe("");
    const begin = (ctx: Ctx, text: string) =>
      saveSection(ctx, { id, name: "summary", base: 0, text });
    const outcomes = await Promise.all([
      begin(ada, `Before.\n${draft}`),
      begin(bob, `${draft}\nAfterwards.`),
    ]);
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["merged", "saved"]);
    const now = (await getRetro(ada, { id })).document.sections[0];
    expect(now).toMatchObject({ revision: 2, text: `Before.\n${draft}\nAfterwards.` });
  });

  test("a revision that never was is refused, and so is an incident without a retro", async () => {
    const { ctx } = writerOn(database().db);
    const id = await draftedRetro(ctx);
    expect(await codeOf(save(ctx, id, 7, "x"))).toBe("unknown-base");
    await save(ctx, id, 0, "x");
    expect(await codeOf(save(ctx, id, 7, "y"))).toBe("unknown-base");
    expect(await codeOf(save(ctx, "INC-99", 0, "x"))).toBe("unknown-incident");
    expect(await codeOf(save(ctx, "x", 0, "x"))).toBe("unknown-incident");
    expect((await listEdits(ctx, { id, name })).map(({ text }) => text)).toEqual(["x", ""]);
  });

  test("many saves of one go are shown by their end, others' and conflicts each", async () => {
    const { db } = database();
    let time = Date.now();
    const clock = () => new Date(time);
    const { ctx: ada } = writerOn(db, "Ada", {}, clock);
    const { ctx: bob } = writerOn(db, "Bob", {}, clock);
    const id = await draftedRetro(ada);
    const typed = "It was good.";
    for (let at = 1; at <= typed.length; at += 1) {
      await save(ada, id, at - 1, typed.slice(0, at));
      time += 1_000;
    }
    await save(bob, id, 12, "It was good. Yes.");
    time += 10 * 60_000;
    await save(bob, id, 13, "It was good. Yes!");
    const shown = await listEdits(ada, { id, name });
    expect(shown.map(({ text }) => text)).toEqual([
      "It was good. Yes!",
      "It was good. Yes.",
      typed,
      "",
    ]);
    expect(await db.retroEdit.count()).toBe(15);
  });

  test("saves at once on the same text lose no word", async () => {
    const { db } = database();
    const people = ["Ada", "Bob", "Cem", "Dee"].map((one) => writerOn(db, one).ctx);
    const [ada] = people;
    if (!ada) throw new Error("nobody");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom("fast", "late", "flag", "known"), { maxLength: 3 }), {
          minLength: 4,
          maxLength: 4,
        }),
        async (theirs) => {
          const id = await draftedRetro(ada);
          const lines = ["one", "two", "three", "four"];
          await save(ada, id, 0, lines.join("\n"));
          const outcomes = await Promise.all(
            people.map((ctx, person) =>
              save(
                ctx,
                id,
                1,
                lines
                  .map((line, at) =>
                    at === person ? [line, ...(theirs[at] ?? [])].join(" ") : line,
                  )
                  .join("\n"),
              ),
            ),
          );
          expect(outcomes.map(({ outcome }) => outcome)).not.toContain("conflict");
          const { document } = await getRetro(ada, { id });
          const text = document.sections.find((one) => one.name === name)?.text;
          expect(text).toBe(
            lines.map((line, at) => [line, ...(theirs[at] ?? [])].join(" ")).join("\n"),
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  test("whatever two write at once, every word of both is in the text or among the edits", async () => {
    const { db } = database();
    const { ctx: ada } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "d", "\n"), { maxLength: 8 })
      .map((parts) => parts.join(" "));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (base, one, other) => {
        const id = await draftedRetro(ada);
        const first = await save(ada, id, 0, base);
        const from = first.section.revision;
        const outcomes = await Promise.all([save(ada, id, from, one), save(bob, id, from, other)]);
        const conflict = outcomes.find(({ outcome }) => outcome === "conflict");
        const { document } = await getRetro(ada, { id });
        const now = document.sections.find((each) => each.name === name)?.text ?? "";
        const kept = new Set(words(`${now}\n${conflict?.both ?? ""}`));
        const before = new Set(words(base));
        for (const word of words(`${one}\n${other}`)) {
          if (!before.has(word)) expect(kept).toContain(word);
        }
        const edits = await db.retroEdit.findMany({
          where: { incidentNumber: Number(id.slice(4)) },
        });
        if (conflict) expect(edits.map((edit) => edit.text)).toContain(conflict.yours);
      }),
      { numRuns: 12 },
    );
  });
});
