import {
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";

let sandbox: KubernetesSandbox;

beforeAll(async () => {
  sandbox = await startKubernetes({
    tokens: { kg: { user: "known-good", rules: "known-good" } },
    podReadyMs: 1,
  });
  sandbox.seed({
    namespace: "shop",
    name: "web",
    replicas: 2,
    selector: { app: "web" },
    history: ["v1", "v2"].map((tag) => ({
      template: { spec: { containers: [{ name: "web", image: `local/web:${tag}` }] } },
      at: new Date("2026-02-02T10:00:00Z"),
    })),
  });
});
afterAll(() => sandbox.stop());

// The client refuses plain HTTP unless told that nothing is to be verified.
function plainConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "sandbox", server: sandbox.url, skipTLSVerify: true },
    { name: "known-good", token: "kg" },
  );
  return config;
}

function secureConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(sandbox.kubeconfig("kg", "shop"));
  return config;
}

test.each([
  ["HTTP", plainConfig],
  ["HTTPS with the sandbox's own certificate", secureConfig],
])("the Node client reads, patches and asks for its rights over %s", async (_, configured) => {
  const config = configured();
  const apps = config.makeApiClient(AppsV1Api);
  const live = await apps.readNamespacedDeployment({ namespace: "shop", name: "web" });
  const { items } = await apps.listNamespacedReplicaSet({
    namespace: "shop",
    labelSelector: "app=web",
  });
  const other = items.find((one) => one.spec?.replicas === 0)?.spec?.template;
  const image = other?.spec?.containers[0]?.image;
  const body = [
    { op: "test", path: "/metadata/uid", value: live.metadata?.uid },
    { op: "replace", path: "/spec/template/spec/containers/0/image", value: image },
  ];
  const patched = await apps.patchNamespacedDeployment(
    { namespace: "shop", name: "web", body },
    setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
  );
  expect(patched.spec?.template.spec?.containers[0]?.image).toBe(image);
  const pods = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: "shop" });
  expect(pods.items.length).toBeGreaterThan(0);
  const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
    body: {
      spec: { resourceAttributes: { verb: "delete", group: "apps", resource: "deployments" } },
    },
  });
  expect(review.status?.allowed).toBe(false);
  await expect(
    apps.deleteNamespacedDeployment({ namespace: "shop", name: "web" }),
  ).rejects.toMatchObject({ code: 403 });
});

test("its informer lists, follows changes and survives a forgotten history", async () => {
  const config = plainConfig();
  const apps = config.makeApiClient(AppsV1Api);
  const seen: string[] = [];
  const path = "/apis/apps/v1/namespaces/shop/deployments";
  const informer = makeInformer(config, path, () =>
    apps.listNamespacedDeployment({ namespace: "shop" }),
  );
  informer.on("add", () => seen.push("add"));
  informer.on("update", () => seen.push("update"));
  // A cut stream is told as an error; starting again is left to the program.
  informer.on("error", () => setTimeout(() => informer.start(), 50));
  await informer.start();
  expect(seen).toContain("add");
  const label = (value: string) =>
    apps.patchNamespacedDeployment(
      { namespace: "shop", name: "web", body: { metadata: { labels: { value } } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
  await expect.poll(() => sandbox.openWatches()).toBeGreaterThan(0);
  await label("one");
  await expect.poll(() => seen.filter((one) => one === "update").length).toBeGreaterThan(0);
  sandbox.compact();
  sandbox.dropWatches();
  await label("two");
  const value = () => informer.get("web", "shop")?.metadata?.labels?.value;
  await expect.poll(value, { timeout: 8_000 }).toBe("two");
  await informer.stop();
});

test("its watch is told of a forgotten version", async () => {
  const { metadata } = await plainConfig()
    .makeApiClient(AppsV1Api)
    .listNamespacedDeployment({ namespace: "shop" });
  sandbox.compact();
  const events: string[] = [];
  await new Promise<void>((resolve, reject) => {
    new Watch(plainConfig())
      .watch(
        "/apis/apps/v1/namespaces/shop/deployments",
        { resourceVersion: metadata?.resourceVersion },
        (type, object: { code?: number }) => events.push(`${type} ${object.code}`),
        () => resolve(),
      )
      .catch(reject);
  });
  expect(events).toEqual(["ERROR 410"]);
});
