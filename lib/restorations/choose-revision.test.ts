import { expect, test } from "vitest";
import { changeById } from "@/lib/changes/store";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import {
  DETAILS,
  pastChange,
  pastIncident,
  pastRestoration,
  ROLLBACK,
} from "@/lib/server/test-incident";
import { checkoutService } from "@/lib/server/test-names";
import { chooseRevision } from "./choose-revision";

const nowhere = "http://127.0.0.1:9";
const addresses = { kubernetes: nowhere, github: nowhere, unleash: nowhere, prometheus: nowhere };
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

eachDatabase("the revision to go back to", (database) => {
  const service = checkoutService();
  const ctxWith = () => ctxOn({ addresses, service }, database().db);

  /** A deploy of each revision so many minutes ago. */
  async function deploys(
    ctx: Ctx,
    ages: Record<number, number>,
    marks: Record<number, object> = {},
  ) {
    for (const [revision, minutes] of Object.entries(ages)) {
      const details = { ...DETAILS.deploy(Number(revision)), ...marks[Number(revision)] } as never;
      await pastChange(ctx.db, {
        ...{ id: `deploy-${revision}`, title: `checkout ${revision}`, at: ago(minutes) },
        ...{ source: "cluster", subject: "shop/checkout", details },
      });
    }
  }
  async function chosen(ctx: Ctx, from: number) {
    const choice = await chooseRevision(ctx, await changeById(ctx.db, `deploy-${from}`), [service]);
    if (choice.target === null) return { code: choice.code };
    return {
      to: choice.target.lever === "rollback" ? choice.target.toChangeId : null,
      warnings: choice.warnings.map(({ code }) => code),
      isUnsafe: choice.warnings.some(({ unsafe }) => unsafe),
      words: [...(choice.checks ?? []), ...choice.warnings.map((one) => one.sentence)].join("\n"),
    };
  }

  test("is the known good one, however far back, with what is passed over", async () => {
    const ctx = ctxWith();
    await deploys(ctx, { 21: 9_000, 22: 40, 23: 30, 24: 10 });
    await pastIncident(ctx.db, { harmBeganAt: ago(9) });
    const { words, ...rest } = await chosen(ctx, 24);
    expect(rest).toEqual({ to: "deploy-21", warnings: ["further-back"], isUnsafe: false });
    expect(words).toContain("21 is known good: no incident for 6 days");
    expect(words).toContain(
      "21 is 3 revisions back. Passed over: 23: live for 20 min only; 22: live for 10 min only.",
    );
  });

  test("is the one in front, with its doubt, where none is known to be good", async () => {
    const ctx = ctxWith();
    await deploys(ctx, { 23: 30, 24: 10 });
    await pastIncident(ctx.db, { harmBeganAt: ago(9) });
    expect(await chosen(ctx, 24)).toMatchObject({
      ...{ to: "deploy-23", warnings: ["not-known-good"], isUnsafe: false },
    });
    await ctx.db.change.update({ where: { id: "deploy-23" }, data: { at: ago(900) } });
    await ctx.db.incident.updateMany({ data: { harmBeganAt: ago(60) } });
    expect(await chosen(ctx, 24)).toMatchObject({
      ...{ to: "deploy-23", warnings: ["not-known-good"], isUnsafe: true },
      words: expect.stringContaining("23: harm while it was live"),
    });
  });

  test("is never one that was taken back, also from the version that came after", async () => {
    const ctx = ctxWith();
    const returned = { returnsTo: 23, restorationId: "R-1", templateHash: "h23" };
    await deploys(ctx, { 23: 9_000, 24: 4_000, 25: 90, 26: 20 }, { 25: returned });
    const incidentNumber = await pastIncident(ctx.db, {
      ...{ harmBeganAt: ago(120), restoredAt: ago(88) },
    });
    await pastRestoration(ctx.db, {
      ...{ incidentNumber, target: ROLLBACK, label: "Roll back 24 → 23", suspectId: "deploy-24" },
      ...{ askedAt: ago(91), inEffectAt: ago(90), endedAt: ago(87) },
    });
    await pastIncident(ctx.db, { harmBeganAt: ago(19) });
    expect(await chosen(ctx, 26)).toMatchObject({ to: "deploy-25", warnings: [] });
    // The suspect is the way back itself: the version it left is passed over, and so is its own.
    expect(await chosen(ctx, 25)).toEqual({ code: "only-culprits" });
    expect(await chosen(ctx, 23)).toEqual({ code: "no-history" });
  });
});
