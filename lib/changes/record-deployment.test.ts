import { expect, test } from "vitest";
import type { ObservedDeployment, ObservedRevision } from "@/lib/integrations/deploy-source";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { listChanges } from "./list-changes";
import { recordDeployment } from "./record-deployment";

const nowhere = "http://127.0.0.1:9";
const addresses = { kubernetes: nowhere, github: nowhere, unleash: nowhere, prometheus: nowhere };
const GOOD_AT = "2026-11-20T08:00:00.000Z";
const BAD_AT = "2026-11-20T10:00:00.000Z";
const BAD_DONE_AT = "2026-11-20T10:00:20.000Z";
const WRITTEN_AT = "2026-11-20T10:15:00.000Z";

function revisionOf(revision: number, hash: string, createdAt: string): ObservedRevision {
  return {
    ...{
      revision,
      replicaSet: `checkout-${hash}`,
      templateHash: hash,
      changeCause: null,
      createdAt,
    },
    template: { metadata: {}, spec: { containers: [{ name: "app", image: `checkout:${hash}` }] } },
    ...{ annotations: {}, earlierRevisions: [], readyReplicas: 1 },
    images: [{ container: "app", image: `checkout:${hash}`, digest: null }],
  };
}

function deploymentOf(
  revisions: ObservedRevision[],
  live: { hash: string; revision: number | null },
  more: Partial<ObservedDeployment> = {},
): ObservedDeployment {
  const template = revisions.find(({ templateHash }) => templateHash === live.hash)?.template ?? {
    spec: {},
  };
  return {
    ...{ namespace: "shop", name: "checkout", uid: "uid", labels: {}, annotations: {} },
    ...{ paused: false, revisionHistoryLimit: 10, template, templateHash: live.hash },
    ...{ revision: live.revision, revisions, restorationId: null },
    rollout: {
      ...{ state: "complete", sentence: "1 of 1 pods", desired: 1, updated: 1, available: 1 },
      updatedAt: BAD_DONE_AT,
    },
    ...more,
  };
}

eachDatabase("a revision that is used again", (database) => {
  test.each([
    ["in front of its number", null],
    ["with its number, before the rollout has moved", 3],
  ])("went live when its template was written, told %s", async (_how, revision) => {
    const ctx = ctxOn({ addresses, service: checkoutService() }, database().db);
    const services = [checkoutService()];
    const good = revisionOf(1, "good", GOOD_AT);
    const bad = revisionOf(2, "bad", BAD_AT);
    const before = deploymentOf([good, bad], { hash: "bad", revision: 2 });
    const told = { source: "cluster", services, url: null };
    await recordDeployment(ctx, { ...told, deployment: before, at: new Date(BAD_DONE_AT) });
    const again = { ...revisionOf(3, "good", GOOD_AT), earlierRevisions: [1] };
    const after = deploymentOf(
      [bad, again],
      { hash: "good", revision },
      { writtenBy: { manager: "known-good", at: WRITTEN_AT } },
    );
    await recordDeployment(ctx, { ...told, deployment: after, at: new Date(WRITTEN_AT) });
    const { items } = await listChanges(ctx, { limit: 10 });
    expect(items.map(({ title, at }) => [title, at])).toEqual([
      ["checkout 2 → 3", WRITTEN_AT],
      ["checkout 1 → 2", BAD_AT],
      ["checkout 1", GOOD_AT],
    ]);
  });
});

eachDatabase("why a revision came", (database) => {
  test("is kept without the secrets of the command that kubectl recorded", async () => {
    const ctx = ctxOn({ addresses, service: checkoutService() }, database().db);
    const command = "kubectl set env deployment/checkout DB_PASSWORD=hunter2canary --record=true";
    const revision = { ...revisionOf(1, "good", GOOD_AT), changeCause: command };
    const deployment = deploymentOf([revision], { hash: "good", revision: 1 });
    const told = { source: "cluster", services: [checkoutService()], url: null };
    await recordDeployment(ctx, { ...told, deployment, at: new Date(BAD_AT) });
    const { items } = await listChanges(ctx, { limit: 10 });
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).toContain("kubectl set env deployment/checkout DB_PASSWORD=");
    expect(JSON.stringify(await ctx.db.change.findMany())).not.toContain("hunter2canary");
  });
});
