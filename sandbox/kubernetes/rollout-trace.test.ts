import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createApiClient } from "./api-client.ts";
import type { Deployment, ReplicaSet } from "./kube-object.ts";
import { traceOf } from "./rollout-trace.ts";
import { startKubernetes } from "./start-kubernetes.ts";

const recorded: Record<string, string[]> = JSON.parse(
  readFileSync(new URL("./golden/undo-trace.json", import.meta.url), "utf8"),
);
const BASE = "/apis/apps/v1/namespaces/shop";

test("watchers of an undo see every object pass the states it passes on a real cluster", async () => {
  const sandbox = await startKubernetes({
    tokens: { t: { user: "admin", rules: "admin" } },
    podReadyMs: 100,
  });
  const api = createApiClient(sandbox.url, "t");
  sandbox.seed({
    namespace: "shop",
    name: "checkout",
    replicas: 2,
    selector: { app: "checkout" },
    history: ["v1", "v2", "v3", "v4"].map((tag, i) => ({
      template: { spec: { containers: [{ name: "checkout", image: `local/checkout:${tag}` }] } },
      at: new Date(1_770_000_000_000 + i * 3_600_000),
    })),
  });
  const deployments = api.watch(`${BASE}/deployments?watch=1&timeoutSeconds=2`);
  const replicaSets = api.watch(`${BASE}/replicasets?watch=1&timeoutSeconds=2`);
  await expect.poll(() => sandbox.openWatches()).toBe(2);
  await api.send("PATCH", `${BASE}/deployments/checkout`, {
    body: [
      { op: "replace", path: "/spec/template/spec/containers/0/image", value: "local/checkout:v2" },
    ],
    contentType: "application/json-patch+json",
  });
  const sets = (await replicaSets).events.map((one) => one.object as ReplicaSet);
  const nameOf = (tag: string) =>
    sets.find((one) => one.spec.template.spec.containers[0]?.image.endsWith(tag))?.metadata.name ??
    "";
  const seen = traceOf([
    ...(await deployments).events.map((one) => one.object as Deployment),
    ...sets,
  ]);
  await sandbox.stop();
  expect({
    deployment: seen.checkout,
    target: seen[nameOf("v2")],
    left: seen[nameOf("v4")],
  }).toEqual(recorded);
});
