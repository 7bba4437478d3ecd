import { afterEach, expect, test, vi } from "vitest";
import type { Application } from "./argo-application.ts";
import {
  application,
  deploymentYaml,
  type SmallCluster,
  setImage,
  startSmallCluster,
} from "./small-cluster.ts";

let world: SmallCluster;
afterEach(() => world.stop());

vi.setConfig({ testTimeout: 60_000 });

const WITHIN = { timeout: 20_000, interval: 20 };
const HEALS = { automated: { enabled: true, prune: true, selfHeal: true } };

const read = async (name: string) => {
  const metadata = { namespace: "argocd", name };
  const ref = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata };
  const app = await world.kubectl.get<Application>(ref);
  if (!app) throw new Error(`There is no Application ${name}.`);
  return app;
};
const synced = (name = "checkout") =>
  expect.poll(async () => (await read(name)).status?.sync.status, WITHIN).toBe("Synced");
const policy = async (name: string, syncPolicy: object) =>
  world.knownGood.patch(await read(name), "merge", { spec: { syncPolicy } });

async function begin(syncPolicy: object, selfHealMs?: number): Promise<void> {
  world = await startSmallCluster({ ...(selfHealMs !== undefined && { selfHealMs }) });
  world.commit({ "checkout/deployment.yaml": deploymentYaml("checkout", "shop/checkout:1") });
  await world.kubectl.create(application("checkout", "checkout", syncPolicy));
  await synced();
}

test("what differs from git is taken back, and the owner is told from marks and managed fields", async () => {
  await begin(HEALS);
  await setImage(world.kubectl, "checkout", "shop/checkout:0");
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:1");
  expect(world.told).toContain("Argo CD put checkout back to what git declares.");
  const metadata = { namespace: "shop", name: "checkout" };
  const live = await world.kubectl.get({ apiVersion: "apps/v1", kind: "Deployment", metadata });
  expect(live?.metadata.annotations?.["argocd.argoproj.io/tracking-id"]).toBe(
    "checkout:apps/Deployment:shop/checkout",
  );
  const managers = live?.metadata.managedFields as { manager: string }[];
  expect(managers.map((one) => one.manager)).toContain("argocd-controller");
  const { history, operationState } = (await read("checkout")).status ?? {};
  expect(history).toHaveLength(1);
  expect(operationState).toMatchObject({
    phase: "Succeeded",
    operation: { initiatedBy: { automated: true } },
  });
});

test("a difference is left alone for as long as it is told, not longer", async () => {
  await begin(HEALS, 1_500);
  const at = Date.now();
  await setImage(world.kubectl, "checkout", "shop/checkout:0");
  await expect
    .poll(async () => (await read("checkout")).status?.sync.status, WITHIN)
    .toBe("OutOfSync");
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:1");
  expect(Date.now() - at).toBeGreaterThanOrEqual(1_500);
});

test("without self-heal a change by hand stays until the next commit", async () => {
  await begin({ automated: { prune: true } });
  await setImage(world.kubectl, "checkout", "shop/checkout:0");
  await expect
    .poll(async () => (await read("checkout")).status?.sync.status, WITHIN)
    .toBe("OutOfSync");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await world.imageOf("checkout")).toBe("shop/checkout:0");
  const revision = world.commit({
    "checkout/deployment.yaml": deploymentYaml("checkout", "shop/checkout:2"),
  });
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:2");
  await expect
    .poll(async () => (await read("checkout")).status?.history?.at(-1), WITHIN)
    .toMatchObject({
      id: 1,
      revision,
    });
});

test("what is paused stays, and what was missed comes when it is resumed", async () => {
  await begin(HEALS);
  await policy("checkout", { automated: { enabled: false } });
  await setImage(world.kubectl, "checkout", "shop/checkout:0");
  world.commit({ "checkout/deployment.yaml": deploymentYaml("checkout", "shop/checkout:2") });
  await expect
    .poll(async () => (await read("checkout")).status?.sync.status, WITHIN)
    .toBe("OutOfSync");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await world.imageOf("checkout")).toBe("shop/checkout:0");
  await policy("checkout", { automated: { enabled: true } });
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:2");
});

test("one that is to be skipped isn't touched", async () => {
  await begin(HEALS);
  const note = (value: string | null) => ({
    metadata: { annotations: { "argocd.argoproj.io/skip-reconcile": value } },
  });
  await world.knownGood.patch(await read("checkout"), "merge", note("true"));
  await setImage(world.kubectl, "checkout", "shop/checkout:0");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await world.imageOf("checkout")).toBe("shop/checkout:0");
  await world.knownGood.patch(await read("checkout"), "merge", note(null));
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:1");
});

test("a sync somebody asks for is carried out once, whatever the policy", async () => {
  await begin({ automated: { enabled: true } });
  await policy("checkout", { automated: null });
  world.commit({ "checkout/deployment.yaml": deploymentYaml("checkout", "shop/checkout:2") });
  await world.kubectl.patch(await read("checkout"), "merge", {
    operation: { initiatedBy: { username: "mira" }, sync: {} },
  });
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:2");
  await expect.poll(async () => (await read("checkout")).operation, WITHIN).toBeUndefined();
});

test("an application above it puts its policy back", async () => {
  world = await startSmallCluster();
  const { metadata, ...child } = application("checkout", "checkout", HEALS);
  world.commit({
    "checkout/deployment.yaml": deploymentYaml("checkout", "shop/checkout:1"),
    "apps/checkout.yaml": JSON.stringify({ ...child, metadata }),
  });
  await world.kubectl.create(application("shop", "apps", HEALS));
  await synced("shop");
  await synced();
  await policy("checkout", { automated: { enabled: false } });
  await expect
    .poll(async () => (await read("checkout")).spec.syncPolicy?.automated?.enabled, WITHIN)
    .toBe(true);
});

test("an ApplicationSet puts the policy back, unless it leaves it to others", async () => {
  world = await startSmallCluster();
  world.commit({ "checkout/deployment.yaml": deploymentYaml("checkout", "shop/checkout:1") });
  const { spec } = application("checkout", "{{service}}", HEALS);
  const set = (more: object) => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "ApplicationSet",
    metadata: { name: "services", namespace: "argocd" },
    spec: {
      generators: [{ list: { elements: [{ service: "checkout" }] } }],
      template: { metadata: { name: "{{service}}" }, spec },
      ...more,
    },
  });
  await world.kubectl.create(set({}));
  await expect.poll(() => world.imageOf("checkout"), WITHIN).toBe("shop/checkout:1");
  expect((await read("checkout")).metadata.ownerReferences).toMatchObject([
    { kind: "ApplicationSet", name: "services", controller: true },
  ]);
  const enabled = async () => (await read("checkout")).spec.syncPolicy?.automated?.enabled;
  await policy("checkout", { automated: { enabled: false } });
  await expect.poll(enabled, WITHIN).toBe(true);
  const ignored = [{ jsonPointers: ["/spec/syncPolicy"] }];
  const { metadata, apiVersion, kind } = set({});
  await world.kubectl.patch({ apiVersion, kind, metadata }, "merge", {
    spec: { ignoreApplicationDifferences: ignored },
  });
  await policy("checkout", { automated: { enabled: false } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await enabled()).toBe(false);
});
