import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listRevisions } from "@/lib/changes/list-revisions";
import type { LeverCard } from "@/lib/contracts/lever";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { previewCard } from "@/lib/restorations/preview-card";
import { previewLever } from "@/lib/restorations/preview-lever";
import { previewPutBack, putBack } from "@/lib/restorations/put-back";
import { restore } from "@/lib/restorations/restore";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { NAMESPACE, TOKENS } from "@/lib/server/test-names";
import { deployOf, followUntil, learn, learnDeploys, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld, template } from "@/lib/server/test-world";
import { getKnownGoodView } from "./get-known-good-view";
import { keepKnownGood } from "./keep-known-good";
import { listKnownGood } from "./list-known-good";
import { keptKnownGood } from "./store";

const MINUTE = 60_000;

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => {
  world.reset();
  world.signal.valueAt = () => 0.004;
});
afterAll(() => world.stop());

eachDatabase("the known good state", (database) => {
  function ctxWith(more: { isDrillable?: boolean } = {}): Ctx {
    const signal = world.service.signal && { ...world.service.signal, verifyForSeconds: 0.2 };
    const repository = world.service.repository && { ...world.service.repository, migrations: [] };
    const mayBeDrilled = more.isDrillable ?? false;
    const service = { ...world.service, signal, repository, mayBeDrilled };
    return { ...ctxOn(world, database().db), fileServices: [service] };
  }
  const declare = async (ctx: Ctx, isDrill = false) => {
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title: "Checkout fails", severity: 2, services: ["checkout"], isDrill },
        ...(isDrill ? {} : { harmBeganAt: new Date(Date.now() - 5 * MINUTE).toISOString() }),
      },
      { origin: "api" },
    );
    return incident.id;
  };
  const leverOf = (card: LeverCard) => card.levers.find((one) => one.lever === "rollback");
  const aimOf = (card: LeverCard) => {
    const target = leverOf(card)?.target;
    return target?.lever === "rollback" ? target.toChangeId : null;
  };
  /** Pulls the rollback of a card and waits until it has helped. */
  async function rollBack(ctx: Ctx, incidentId: string, card: LeverCard): Promise<string> {
    const lever = leverOf(card);
    if (!lever?.target) throw new Error("There is nothing to roll back.");
    world.signal.valueAt = () => 0.004;
    const { restoration } = await restore(ctx, {
      ...{ incidentId, target: lever.target, seen: lever.seen, suspectId: card.suspectId },
      ...{ wasRecommended: true, key: newKey() },
    });
    const id = restoration?.id ?? "";
    await followUntil(ctx, id, ["verified"]);
    await learnDeploys(ctx, world);
    return id;
  }
  /** Deploys a version as a delivery tool would, and waits until all pods run it. */
  async function release(ctx: Ctx, sha: string, env: Record<string, string> = {}): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`;
    const answer = await fetch(`${world.addresses.kubernetes}${path}`, {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${TOKENS.clusterAdmin}`,
        "content-type": "application/merge-patch+json",
      },
      body: JSON.stringify({ spec: { template: template(sha, env) } }),
    });
    expect(answer.status).toBe(200);
    await expect
      .poll(async () => {
        await learnDeploys(ctx, world);
        const details = (await listRevisions(ctx, world.service)).map((one) => one.details);
        return details.some(
          (one) => one.kind === "deploy" && one.commit === sha && one.rollout === "complete",
        );
      })
      .toBe(true);
  }

  test("is what is live while nothing is wrong, and is kept until the ledger holds more", async () => {
    const ctx = ctxWith();
    expect(await keepKnownGood(ctx)).toBe(1);
    expect((await listKnownGood(ctx))[0]).toMatchObject({
      ...{ service: "checkout", isLive: false, sentence: "No deploy of it is in the ledger yet." },
    });
    await learn(ctx, world);
    expect(await keepKnownGood(ctx)).toBe(1);
    expect(await keepKnownGood(ctx)).toBe(0);
    const view = await getKnownGoodView(ctx, "checkout");
    expect(view).toMatchObject({ isLive: true, differences: [], state: { service: "checkout" } });
    expect(view.state?.deployments[0]?.revision).toBe(3);
    expect(view.state?.verifiedBy).toContain("Failed requests under 2\u00a0% for 5 h");
    expect(view.state?.flags).toMatchObject([{ key: "new-basket", state: { enabled: true } }]);
    await declare(ctx);
    expect(await keepKnownGood(ctx)).toBe(1);
    const later = { ...ctx, now: () => new Date(Date.now() + 2 * 60 * MINUTE) };
    expect(await keepKnownGood(later)).toBe(1);
  });

  test("is what the card aims at, and a second click never leads back", async () => {
    const ctx = ctxWith();
    await learn(ctx, world);
    await release(ctx, "e".repeat(40), { TIMEOUT_MS: "5000" });
    const id = await declare(ctx);
    world.signal.valueAt = () => 0.3;
    const suspectId = await deployOf(ctx, 4);
    const card = await previewCard(ctx, { incidentId: id, suspectId });
    expect(aimOf(card)).toBe(await deployOf(ctx, 3));
    expect(leverOf(card)?.checks[0]).toContain("3 is known good");
    const before = await getKnownGoodView(ctx, "checkout");
    expect(before.isLive).toBe(false);
    const lines = before.differences.map(({ kind, live, knownGood }) => [kind, live, knownGood]);
    expect(lines).toContainEqual(["revision", "4", "3"]);
    expect(before.differences.some(({ what }) => what.includes("TIMEOUT_MS"))).toBe(true);
    const restorationId = await rollBack(ctx, id, card);
    const after = await getKnownGoodView(ctx, "checkout");
    expect(after).toMatchObject({
      isLive: true,
      state: { verifiedBy: `${restorationId} was verified` },
    });

    // The same suspect again: it is gone already.
    const again = await previewCard(ctx, { incidentId: id, suspectId });
    expect(leverOf(again)?.blockers.map(({ code }) => code)).toContain("already-there");
    // The rollback itself as a suspect: what it took away is passed over.
    const returned = await previewCard(ctx, { incidentId: id, suspectId: await deployOf(ctx, 5) });
    expect(aimOf(returned)).toBe(await deployOf(ctx, 2));
    expect(
      leverOf(returned)
        ?.warnings.map(({ sentence }) => sentence)
        .join(),
    ).toContain(`4: ${restorationId} took it back, and harm ended`);
    // A later version, and the culprit chosen by hand.
    await release(ctx, "f".repeat(40));
    const next = await previewCard(ctx, { incidentId: id, suspectId: await deployOf(ctx, 6) });
    expect(aimOf(next)).toBe(await deployOf(ctx, 5));
    const target = { ...leverOf(card)?.target, toChangeId: suspectId } as never;
    const look = await previewLever(ctx, target);
    expect(look.blockers).toMatchObject([{ code: "culprit", mayOverride: true }]);
    const press = {
      incidentId: id,
      target,
      seen: look.seen,
      suspectId: null,
      wasRecommended: null,
    };
    const patches = world.patches();
    await expect(restore(ctx, { ...press, key: newKey() })).rejects.toMatchObject({
      code: "culprit",
      sentence: expect.stringContaining("Revision 4 is the bad version"),
    });
    expect(world.patches()).toBe(patches);
  });

  test("can be left by putting back, which is what putting back is for; a drill makes no culprit", async () => {
    const ctx = ctxWith({ isDrillable: true });
    await learn(ctx, world);
    await release(ctx, "d".repeat(40));
    const drill = await declare(ctx, true);
    const suspectId = await deployOf(ctx, 4);
    const practised = await previewCard(ctx, { incidentId: drill, suspectId });
    const practice = await rollBack(ctx, drill, practised);
    expect((await getKnownGoodView(ctx, "checkout")).isLive).toBe(true);
    await keepKnownGood(ctx);
    expect((await keptKnownGood(ctx.db, "checkout"))?.culprits).toEqual([]);
    const seen = await previewPutBack(ctx, practice);
    const back = await putBack(ctx, { restorationId: practice, seen: seen.seen, key: newKey() });
    await followUntil(ctx, back.restoration?.id ?? "", ["verified"]);
    await learnDeploys(ctx, world);

    const id = await declare(ctx);
    const live = await previewCard(ctx, { incidentId: id, suspectId: await deployOf(ctx, 6) });
    const real = await rollBack(ctx, id, live);
    await keepKnownGood(ctx);
    expect((await keptKnownGood(ctx.db, "checkout"))?.culprits).toHaveLength(1);
    const undone = await previewPutBack(ctx, real);
    expect(undone.blockers).toEqual([]);
    const put = await putBack(ctx, { restorationId: real, seen: undone.seen, key: newKey() });
    await followUntil(ctx, put.restoration?.id ?? "", ["verified"]);
  });
});
