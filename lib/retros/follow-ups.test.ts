import { expect, test } from "vitest";
import { AddFollowUpInput } from "@/lib/contracts/follow-up";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { eachDatabase } from "@/lib/server/test-database";
import { codeOf, draftedRetro, writerOn } from "@/lib/server/test-retro";
import { addFollowUp } from "./add-follow-up";
import { editFollowUp } from "./edit-follow-up";
import { getRetro } from "./get-retro";
import { listFollowUps } from "./list-follow-ups";
import { publishRetro } from "./publish-retro";

const add = (ctx: Ctx, id: string, input: object = {}) =>
  addFollowUp(ctx, {
    id,
    ...AddFollowUpInput.parse({ title: "Cap the pool", kind: "prevent", ...input }),
  });

eachDatabase("follow-ups", (database) => {
  test("are added, changed as seen, closed and opened again", async () => {
    const { db } = database();
    const { ctx, published } = writerOn(db);
    const id = await draftedRetro(ctx);
    published.length = 0;
    const first = await add(ctx, id, { owner: " Ada ", team: "Payments", dueOn: "2026-12-01" });
    expect(first).toMatchObject({
      id: "FOL-1",
      incidentId: id,
      owner: "Ada",
      dueOn: "2026-12-01",
      state: "open",
      issue: null,
      version: 1,
    });
    expect(published).toEqual([`retro ${id}`, "retros"]);
    const edit = (version: number, input: object) =>
      editFollowUp(ctx, { followUpId: "FOL-1", version, ...input });
    const codes = await Promise.all([
      codeOf(edit(1, { title: "Cap both pools" })),
      codeOf(edit(1, { dueOn: null })),
    ]);
    expect(codes.toSorted()).toEqual(["done", "stale"]);
    const closed = await edit(2, { state: "done" });
    expect(closed).toMatchObject({ state: "done", version: 3 });
    expect(closed.closedAt).not.toBeNull();
    // The same again, even as seen before, is no change.
    expect(await edit(1, { state: "done" })).toEqual(closed);
    // By the id that stands in what was written before, too.
    const again = await editFollowUp(ctx, { followUpId: "F-1", version: 3, state: "open" });
    expect(again).toMatchObject({ id: "FOL-1", state: "open", closedAt: null });
    expect(await codeOf(editFollowUp(ctx, { followUpId: "FOL-9", version: 1 }))).toBe(
      "unknown-follow-up",
    );
    expect(await codeOf(editFollowUp(ctx, { followUpId: "9", version: 1 }))).toBe(
      "unknown-follow-up",
    );
    expect(await codeOf(add(ctx, "INC-9"))).toBe("unknown-incident");
    expect(AddFollowUpInput.safeParse({ title: "xyz", kind: "blame" }).success).toBe(false);
    expect(
      AddFollowUpInput.safeParse({ title: "xyz", kind: "learn", dueOn: "2026-02-30" }).success,
    ).toBe(false);
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
  });

  test("done work makes nothing published out of date; new words do", async () => {
    const { ctx } = writerOn(database().db);
    const id = await draftedRetro(ctx);
    const { id: followUpId } = await add(ctx, id);
    await publishRetro(ctx, { id, version: (await getRetro(ctx, { id })).retro.version });
    const isChanged = async () => (await getRetro(ctx, { id })).retro.changedSince;
    await editFollowUp(ctx, { followUpId, version: 1, state: "done" });
    expect(await isChanged()).toBe(false);
    await editFollowUp(ctx, { followUpId, version: 2, title: "Cap all pools" });
    expect(await isChanged()).toBe(true);
  });

  test("the page lists what is due first, by state, team, owner and day, page by page", async () => {
    const { db } = database();
    const now = new Date("2026-12-10T23:30:00.000Z");
    const { ctx } = writerOn(db, "Ada", {}, () => now);
    const one = await draftedRetro(ctx);
    const two = await draftedRetro(ctx);
    const days = ["2026-12-11", null, "2026-12-09", "2026-12-10", null, "2026-12-09", "2026-11-01"];
    for (const [at, dueOn] of days.entries()) {
      const owner = at % 2 ? "Bob" : "Ada";
      await add(ctx, at % 2 ? one : two, { dueOn, owner, team: at > 2 ? "Payments" : null });
    }
    await editFollowUp(ctx, { followUpId: "FOL-7", version: 1, state: "done" });
    const ids = async (query: Parameters<typeof listFollowUps>[1]) => {
      const { items } = await listFollowUps(ctx, query);
      return items.map(({ followUp }) => followUp.id);
    };
    const all = ["FOL-7", "FOL-3", "FOL-6", "FOL-4", "FOL-1", "FOL-2", "FOL-5"];
    expect(await ids({})).toEqual(all);
    expect(await ids({ state: "open" })).toEqual(all.slice(1));
    expect(await ids({ overdue: true })).toEqual(["FOL-3", "FOL-6"]);
    expect(await ids({ overdue: true, state: "done" })).toEqual([]);
    expect(await ids({ team: "payments" })).toEqual(["FOL-7", "FOL-6", "FOL-4", "FOL-5"]);
    expect(await ids({ owner: "bob", state: "open", overdue: true })).toEqual(["FOL-6"]);
    const [first] = (await listFollowUps(ctx, { overdue: true })).items;
    expect(first).toMatchObject({ incidentTitle: "Checkout fails", isOverdue: true });
    // Whatever the page's size, pages follow one another without a gap or a repetition.
    for (const limit of [1, 2, 3, 6, 7, 8]) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await listFollowUps(ctx, { limit, after });
        seen.push(...page.items.map(({ followUp }) => followUp.id));
        after = page.next ?? undefined;
      } while (after);
      expect(seen).toEqual(all);
    }
    expect(await ids({ after: "nonsense" })).toEqual(all);
  });
});
