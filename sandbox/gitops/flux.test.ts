import { afterEach, expect, test, vi } from "vitest";
import type { HelmRelease, Kustomization } from "./flux-objects.ts";
import { readRelease, releaseSecretName } from "./helm-release-secret.ts";
import { deploymentYaml, type SmallCluster, setImage, startSmallCluster } from "./small-cluster.ts";

let world: SmallCluster;
afterEach(() => world.stop());

vi.setConfig({ testTimeout: 60_000 });

const WITHIN = { timeout: 20_000, interval: 20 };
const KUSTOMIZATION = {
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: { namespace: "flux-system", name: "catalog" },
};
const RELEASE = {
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { namespace: "flux-system", name: "payments" },
};
const catalog = (image: string) => ({
  "catalog/deployment.yaml": deploymentYaml("catalog", image),
});
const conditionOf = async (ref: typeof KUSTOMIZATION | typeof RELEASE) => {
  const found = await world.kubectl.get<Kustomization | HelmRelease>(ref);
  return found?.status?.conditions?.find((one) => one.type === "Ready");
};

async function begin(): Promise<void> {
  world = await startSmallCluster();
  await world.kubectl.create({
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "GitRepository",
    metadata: { namespace: "flux-system", name: "deploy" },
    spec: { url: "https://git.example/shop/deploy.git", interval: "1m0s", ref: { branch: "main" } },
  });
}

async function beginKustomization(interval: string): Promise<void> {
  await begin();
  world.commit(catalog("shop/catalog:1"));
  const sourceRef = { kind: "GitRepository", name: "deploy" };
  const spec = { interval, path: "./catalog", prune: true, sourceRef, targetNamespace: "shop" };
  await world.kubectl.create({ ...KUSTOMIZATION, spec });
  await expect.poll(async () => (await conditionOf(KUSTOMIZATION))?.status, WITHIN).toBe("True");
}

test("a Kustomization takes a change back at its interval, and says what it keeps", async () => {
  await beginKustomization("300ms");
  await setImage(world.kubectl, "catalog", "shop/catalog:0");
  await expect.poll(() => world.imageOf("catalog"), WITHIN).toBe("shop/catalog:1");
  const metadata = { namespace: "shop", name: "catalog" };
  const live = await world.kubectl.get({ apiVersion: "apps/v1", kind: "Deployment", metadata });
  expect(live?.metadata.labels).toMatchObject({
    "kustomize.toolkit.fluxcd.io/name": "catalog",
    "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
  });
  expect(live?.metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: "kustomize-controller", operation: "Apply" }),
  );
  const kept = await world.kubectl.get<Kustomization>(KUSTOMIZATION);
  expect(kept?.status?.inventory?.entries).toEqual([
    { id: "shop_catalog_apps_Deployment", v: "v1" },
  ]);
});

test("until its interval is over a change stays, and a commit comes at once", async () => {
  await beginKustomization("1h");
  await setImage(world.kubectl, "catalog", "shop/catalog:0");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await world.imageOf("catalog")).toBe("shop/catalog:0");
  const sha = world.commit(catalog("shop/catalog:2"));
  await expect.poll(() => world.imageOf("catalog"), WITHIN).toBe("shop/catalog:2");
  await expect
    .poll(async () => (await conditionOf(KUSTOMIZATION))?.message, WITHIN)
    .toBe(`Applied revision: main@sha1:${sha}`);
});

test("a suspended one leaves everything alone until it is resumed", async () => {
  await beginKustomization("200ms");
  const suspend = (value: boolean) =>
    world.knownGood.patch(KUSTOMIZATION, "merge", { spec: { suspend: value } });
  await suspend(true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await setImage(world.kubectl, "catalog", "shop/catalog:0");
  world.commit(catalog("shop/catalog:2"));
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await world.imageOf("catalog")).toBe("shop/catalog:0");
  await suspend(false);
  await expect.poll(() => world.imageOf("catalog"), WITHIN).toBe("shop/catalog:2");
});

test("an object that says so isn't reconciled", async () => {
  await beginKustomization("200ms");
  const metadata = { namespace: "shop", name: "catalog" };
  await world.kubectl.patch({ apiVersion: "apps/v1", kind: "Deployment", metadata }, "merge", {
    metadata: { annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" } },
  });
  await setImage(world.kubectl, "catalog", "shop/catalog:0");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await world.imageOf("catalog")).toBe("shop/catalog:0");
});

const chart = {
  "charts/service/Chart.yaml": "apiVersion: v2\nname: service\nversion: 1.4.0\n",
  "charts/service/values.yaml": "mode: production\n",
  "charts/service/templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}" }
spec:
  selector: { matchLabels: { app: "{{ .Release.Name }}" } }
  template:
    metadata: { labels: { app: "{{ .Release.Name }}" } }
    spec:
      containers:
        - name: "{{ .Release.Name }}"
          image: "shop/payments:{{ .Values.tag }}"
          env: {{ toJson .Values.env }}
`,
};

async function beginRelease(more: object = {}): Promise<void> {
  await begin();
  world.commit(chart);
  await world.kubectl.create({
    ...RELEASE,
    spec: {
      interval: "200ms",
      releaseName: "payments",
      targetNamespace: "shop",
      chart: {
        spec: { chart: "./charts/service", sourceRef: { kind: "GitRepository", name: "deploy" } },
      },
      values: { tag: "1", env: [{ name: "RETRIES", value: "2" }] },
      ...more,
    },
  });
  await expect.poll(async () => (await conditionOf(RELEASE))?.status, WITHIN).toBe("True");
}

test("a HelmRelease is upgraded when its values change, and keeps its revisions as Helm does", async () => {
  await beginRelease();
  const metadata = { namespace: "shop", name: "payments" };
  const live = await world.kubectl.get({ apiVersion: "apps/v1", kind: "Deployment", metadata });
  expect(live?.metadata).toMatchObject({
    labels: {
      "app.kubernetes.io/managed-by": "Helm",
      "helm.toolkit.fluxcd.io/name": "payments",
    },
    annotations: { "meta.helm.sh/release-name": "payments" },
  });
  await setImage(world.kubectl, "payments", "shop/payments:0");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await world.imageOf("payments")).toBe("shop/payments:0");
  await world.kubectl.patch(RELEASE, "merge", { spec: { values: { tag: "2", env: [] } } });
  await expect.poll(() => world.imageOf("payments"), WITHIN).toBe("shop/payments:2");
  await expect
    .poll(async () => (await conditionOf(RELEASE))?.message, WITHIN)
    .toBe("Helm upgrade succeeded for release shop/payments.v2 with chart service@1.4.0");
  const secret = await world.kubectl.get({
    ...{ apiVersion: "v1", kind: "Secret" },
    metadata: { namespace: "flux-system", name: releaseSecretName("payments", 2) },
  });
  const data = secret?.data as { release: string } | undefined;
  expect(readRelease(data?.release ?? "")).toMatchObject({
    name: "payments",
    version: 2,
    config: { tag: "2" },
  });
});

test("where drift is to be corrected it is, unless the release is suspended", async () => {
  await beginRelease({ driftDetection: { mode: "enabled" } });
  await setImage(world.kubectl, "payments", "shop/payments:0");
  await expect.poll(() => world.imageOf("payments"), WITHIN).toBe("shop/payments:1");
  await world.knownGood.patch(RELEASE, "merge", { spec: { suspend: true } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await setImage(world.kubectl, "payments", "shop/payments:0");
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await world.imageOf("payments")).toBe("shop/payments:0");
});
