import { expect, test } from "vitest";
import { addNote } from "@/lib/incidents/add-note";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { eachDatabase } from "@/lib/server/test-database";
import { codeOf, draftedRetro, writerOn } from "@/lib/server/test-retro";
import { arrangeRetro } from "./arrange-retro";
import { getPublication } from "./get-publication";
import { getRetro } from "./get-retro";
import { keepPresence } from "./keep-presence";
import { publishRetro } from "./publish-retro";
import { saveSection } from "./save-section";

const write = (ctx: Ctx, id: string, base: number, text: string) =>
  saveSection(ctx, { id, name: "lucky", base, text });

eachDatabase("publishing a retro", (database) => {
  test("a version is numbered and stays; later words make a new one", async () => {
    const { db } = database();
    const { ctx, published } = writerOn(db);
    const id = await draftedRetro(ctx, "resolved");
    await write(ctx, id, 0, "It was noon.");
    const { retro } = await getRetro(ctx, { id });
    expect(await codeOf(publishRetro(ctx, { id, version: retro.version - 1 }))).toBe("stale");
    published.length = 0;
    const first = await publishRetro(ctx, { id, version: retro.version });
    expect(first).toMatchObject({ version: 1, publishedBy: "Ada" });
    expect(published).toEqual([`retro ${id}`, "retros", `incident ${id}`, "incidents"]);
    const one = await getRetro(ctx, { id });
    expect(one.retro).toMatchObject({
      state: "published",
      publishedVersion: 1,
      changedSince: false,
    });
    const { incident, entries } = await getIncidentView(ctx, { id });
    expect(incident.status).toBe("reviewed");
    expect(entries.at(-1)?.text).toContain("published its retro (version 1)");

    await write(ctx, id, 1, "It was night.");
    const two = await getRetro(ctx, { id });
    expect(two.retro).toMatchObject({ state: "published", changedSince: true });
    await publishRetro(ctx, { id, version: two.retro.version });
    const texts = await Promise.all(
      [1, 2].map(async (version) => {
        const { document, markdown } = await getPublication(ctx, { id, version });
        const text = document.sections.find(({ name }) => name === "lucky")?.text ?? "";
        expect(markdown).toContain(text);
        return text;
      }),
    );
    expect(texts).toEqual(["It was noon.", "It was night."]);
    // It is reviewed once.
    const again = await getIncidentView(ctx, { id });
    expect(again.entries.filter(({ text }) => text.includes("is reviewed"))).toHaveLength(1);
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
  });

  test("nobody rewrites or deletes a published version, not even the database's owner", async () => {
    const { db } = database();
    const { ctx } = writerOn(db);
    const id = await draftedRetro(ctx);
    await publishRetro(ctx, { id, version: (await getRetro(ctx, { id })).retro.version });
    const row = { incidentNumber: Number(id.slice(4)), version: 1 };
    const where = { incidentNumber_version: row };
    const immutable = /published retro is not changed/;
    await expect(db.retroPublication.update({ where, data: { markdown: "no" } })).rejects.toThrow(
      immutable,
    );
    await expect(db.retroPublication.delete({ where })).rejects.toThrow(immutable);
    await expect(db.incident.delete({ where: { number: row.incidentNumber } })).rejects.toThrow(
      immutable,
    );
    expect(await db.retroPublication.count()).toBe(1);
    // What is only restored isn't reviewed yet.
    expect((await getIncidentView(ctx, { id })).incident.status).toBe("restored");
  });

  test("two publish at once: one new version; who writes meanwhile is not left out", async () => {
    const { db } = database();
    const { ctx: ada } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const id = await draftedRetro(ada, "resolved");
    const { version } = (await getRetro(ada, { id })).retro;
    const codes = await Promise.all([
      codeOf(publishRetro(ada, { id, version })),
      codeOf(publishRetro(bob, { id, version })),
    ]);
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    expect((await getRetro(ada, { id })).publications.map((one) => one.version)).toEqual([1]);

    const next = (await getRetro(ada, { id })).retro.version;
    const [publishing] = await Promise.all([
      codeOf(publishRetro(ada, { id, version: next })),
      write(bob, id, 0, "We had slack."),
    ]);
    const { retro } = await getRetro(ada, { id });
    // Either it came after, and is a change since; or before, and publishing was refused.
    expect(publishing === "stale" || retro.changedSince).toBe(true);
    expect(await codeOf(publishRetro(ada, { id, version: retro.version }))).toBe("done");
  });

  test("people are published by role unless names are shown", async () => {
    const { ctx } = writerOn(database().db);
    const id = await draftedRetro(ctx);
    await addNote(ctx, { id, text: "Ada looked at the pool" });
    await write(ctx, id, 0, "Ada was awake.");
    const publish = async () => {
      const { retro } = await getRetro(ctx, { id });
      const { version } = await publishRetro(ctx, { id, version: retro.version });
      const { document, markdown } = await getPublication(ctx, { id, version });
      return JSON.stringify({ ...document, incident: null }) + markdown;
    };
    expect(await publish()).not.toContain("Ada");
    const { retro } = await getRetro(ctx, { id });
    await arrangeRetro(ctx, { id, showsNames: true, version: retro.version });
    expect((await getRetro(ctx, { id })).retro.changedSince).toBe(true);
    expect(await publish()).toContain("Ada looked at the pool");
  });

  test("an incident that was reopened has to be over first", async () => {
    const { db } = database();
    const { ctx } = writerOn(db);
    const id = await draftedRetro(ctx);
    const { version } = (await getRetro(ctx, { id })).retro;
    const number = Number(id.slice(4));
    await db.incident.update({ where: { number }, data: { status: "declared", restoredAt: null } });
    expect(await codeOf(publishRetro(ctx, { id, version }))).toBe("not-restored");
  });
});

eachDatabase("arranging a retro", (database) => {
  test("who took no part is suggested to lead it, never the commander", async () => {
    const { db } = database();
    const { ctx } = writerOn(db, "Ada");
    const other = await draftedRetro(ctx);
    await arrangeRetro(ctx, { id: other, version: 1, facilitator: "Cem" });
    const people = [
      { id: "u1", name: "Dee", role: "responder" },
      { id: "u2", name: "Ada", role: "admin" },
      { id: "u3", name: "Eve", role: "viewer" },
    ];
    await db.user.createMany({ data: people });
    const id = await draftedRetro(ctx);
    await addNote({ ...ctx, actor: { ...ctx.actor, name: "Bob" } }, { id, text: "It is the pool" });
    expect((await getRetro(ctx, { id })).suggestedFacilitators).toEqual(["Cem", "Dee"]);
  });

  test("date, facilitator and state change as seen; who only writes disturbs nobody", async () => {
    const { db } = database();
    const { ctx: ada, published } = writerOn(db, "Ada");
    const { ctx: bob } = writerOn(db, "Bob");
    const id = await draftedRetro(ada);
    const { version } = (await getRetro(ada, { id })).retro;
    await write(bob, id, 0, "Luck");
    const scheduledFor = "2026-12-01T10:00:00.000Z";
    published.length = 0;
    const arranged = await arrangeRetro(ada, { id, version, scheduledFor, facilitator: "Cem" });
    expect(arranged).toMatchObject({
      scheduledFor,
      facilitator: "Cem",
      minutes: 45,
      state: "draft",
    });
    expect(published).toEqual([`retro ${id}`, "retros"]);
    const stale = arrangeRetro(bob, { id, version, facilitator: "Dee" });
    expect(await codeOf(stale)).toBe("stale");
    const ahead = arrangeRetro(bob, { id, version: arranged.version + 5, facilitator: "Dee" });
    expect(await codeOf(ahead)).toBe("stale");
    const same = await arrangeRetro(bob, { id, version, facilitator: "Cem", scheduledFor });
    expect(same.version).toBe(arranged.version);
    const inReview = await arrangeRetro(ada, { id, version: same.version, state: "in-review" });
    expect(inReview.state).toBe("in-review");
    await publishRetro(ada, { id, version: inReview.version });
    const after = (await getRetro(ada, { id })).retro;
    const reopened = await arrangeRetro(ada, { id, version: after.version, state: "draft" });
    expect(reopened).toMatchObject({ state: "draft", publishedVersion: 1, changedSince: false });
    const codes = await Promise.all(
      [ada, bob].map((ctx, at) =>
        codeOf(arrangeRetro(ctx, { id, version: reopened.version, minutes: 30 + at })),
      ),
    );
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
  });
});

eachDatabase("who is here", (database) => {
  test("one row a person; comers and movers are told, who left is forgotten", async () => {
    const { db } = database();
    let time = Date.now();
    const clock = () => new Date(time);
    const { ctx: ada, published } = writerOn(db, "Ada", {}, clock);
    const { ctx: bob } = writerOn(db, "Bob", {}, clock);
    const id = await draftedRetro(ada);
    published.length = 0;
    const here = (ctx: Ctx, section: string | null) => keepPresence(ctx, { id, section });
    expect(await here(ada, null)).toEqual([{ name: "Ada", section: null, isMe: true }]);
    expect(published).toEqual([`retro ${id}`]);
    await here(ada, null);
    expect(published).toHaveLength(1);
    await here(ada, "lucky");
    expect(published).toHaveLength(2);
    expect(await here(bob, "summary")).toEqual([
      { name: "Bob", section: "summary", isMe: true },
      { name: "Ada", section: "lucky", isMe: false },
    ]);
    time += 31_000;
    expect(await here(bob, "summary")).toEqual([{ name: "Bob", section: "summary", isMe: true }]);
    await Promise.all(["a", "b", "c"].map((section) => here(ada, section)));
    expect(await db.retroPresence.count()).toBe(2);
    expect(await codeOf(keepPresence(ada, { id: "INC-9", section: null }))).toBe(
      "unknown-incident",
    );
  });
});
