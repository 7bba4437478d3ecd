import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  application,
  deploymentYaml,
  type SmallCluster,
  startSmallCluster,
} from "../../../sandbox/gitops/small-cluster.ts";
import type { DeploySource, ObservedDeployment } from "../deploy-source";
import { connectWith, until } from "./contract-cluster";
import { guardOf, Hands, installFreezePolicy } from "./contract-guard";
import { imagesOf } from "./kubernetes-observe";
import { press, templateOf } from "./rollback.contract";

/** Rollbacks beside an Argo CD that really puts back what git says. */
describe("a rollback beside a controller that heals itself", () => {
  let world: SmallCluster;
  let source: DeploySource;
  const name = { namespace: "shop", name: "checkout" };
  const owner = { kind: "argo-cd" as const, namespace: "argocd", name: "checkout" };
  const good = "shop/checkout:1";
  const bad = "shop/checkout:2";

  beforeAll(async () => {
    world = await startSmallCluster({ selfHealMs: 400 });
    source = connectWith({ server: world.kubernetes.url, token: "known-good" });
    const automated = { prune: true, selfHeal: true };
    world.commit({ "checkout/deployment.yaml": deploymentYaml("checkout", good) });
    await world.kubectl.create(application("checkout", "checkout", { automated }));
    await live(good);
    world.commit({ "checkout/deployment.yaml": deploymentYaml("checkout", bad) });
    await live(bad);
  });
  afterAll(() => world.stop());

  /** Waits until an image is live in a numbered revision. */
  function live(image: string): Promise<ObservedDeployment> {
    return until(`${image} to be live`, async () => {
      const now = await source.read(name).catch(() => null);
      const isLive = now && imagesOf(now.template)[0]?.image === image;
      return now && isLive && now.revision !== null ? now : null;
    });
  }
  const goodOf = (now: ObservedDeployment) => {
    const revision = now.revisions.find(({ images }) => images[0]?.image === good)?.revision;
    return templateOf(now, revision ?? 0);
  };

  test("is named before, undone when it isn't paused, and who undid it is told", async () => {
    const [found] = await guardOf(source).owners(name);
    expect(found).toMatchObject({
      ...owner,
      undoesWithinSeconds: 5,
      pausing: { state: "possible" },
    });
    const before = await live(bad);
    expect((await source.rollBack(press(before, goodOf(before), "R-1"))).outcome).toBe("accepted");
    const after = await until("the rollback to be undone", async () => {
      const now = await live(bad);
      return now.restorationId === "R-1" ? now : null;
    });
    expect(after.templateHash).toBe(before.templateHash);
    expect(after.writtenBy?.manager).toBe("argocd-controller");
  });

  test("stays while it is paused, and is what git says again once it is resumed", async () => {
    const guard = guardOf(source);
    const held = await guard.pauseOwner({ ...owner, mark: "R-2", reason: "rolling back" });
    if (held.outcome !== "held") throw new Error(JSON.stringify(held));
    const before = await live(bad);
    expect((await source.rollBack(press(before, goodOf(before), "R-2"))).outcome).toBe("accepted");
    await live(good);
    // Another commit is a reason to sync for every Argo CD that isn't paused.
    world.commit({ "checkout/README.md": "noise" });
    await until("Argo CD to have noticed", async () => {
      const hands = new Hands({ server: world.kubernetes.url, token: "admin" });
      const path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/checkout";
      const { status } = await hands.must("GET", path);
      return JSON.stringify(status).includes("OutOfSync") ? true : null;
    });
    const still = await live(good);
    expect(still).toMatchObject({ restorationId: "R-2", writtenBy: { manager: "known-good" } });
    expect((await guard.readOwner({ ...owner, mark: "R-2" })).state).toBe("held");
    const { was } = held;
    const back = await guard.resumeOwner({ ...owner, mark: "R-2", was });
    expect(back).toMatchObject({ outcome: "released" });
    await live(bad);
  });

  test("what is frozen stays, too: the cluster refuses Argo CD, and lets it through afterwards", async () => {
    const admin = new Hands({ server: world.kubernetes.url, token: "admin" });
    expect(await installFreezePolicy(admin)).not.toHaveProperty("because");
    const guard = guardOf(source);
    const hold = { freezeId: "F-1", namespace: "shop" };
    const held = await guard.holdDeliveries({
      ...{ ...hold, deployments: ["checkout"], images: [], reason: "rolling back" },
      ...{ incidentId: "INC-1", until: new Date(Date.now() + 600_000), url: "http://known-good" },
    });
    expect(held).toMatchObject({ outcome: "held", endsByItself: true });
    const before = await live(bad);
    expect((await source.rollBack(press(before, goodOf(before), "R-3"))).outcome).toBe("accepted");
    await until("Argo CD to be refused", async () => {
      const path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/checkout";
      const { status } = await admin.must("GET", path);
      return JSON.stringify(status).includes("is frozen until") ? true : null;
    });
    expect((await live(good)).restorationId).toBe("R-3");
    expect((await guard.releaseDeliveries(hold)).outcome).toBe("released");
    await live(bad);
  });
});
