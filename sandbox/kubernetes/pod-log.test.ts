import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";
import { USERS } from "./users.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const LIVE = new Date(NOW - 60_000);

let sandbox: KubernetesSandbox;
let api: ApiClient;
beforeAll(async () => {
  sandbox = await startKubernetes({
    tokens: { admin: USERS.administrator },
    now: () => NOW,
    podReadyMs: 20,
    podStopMs: 1_500,
  });
  api = createApiClient(sandbox.url, "admin");
  sandbox.seed({
    ...{ namespace: "shop", name: "web", replicas: 2, selector: { app: "web" } },
    history: [
      { at: LIVE, template: { spec: { containers: [{ name: "web", image: "shop/web:1" }] } } },
    ],
  });
  sandbox.writeLogs((_run, { index, isLast }) =>
    isLast ? ["fatal", "    at main"] : [`line ${index}`],
  );
});
afterAll(() => sandbox.stop());

const names = () => sandbox.podsOf("shop", "web").map((pod) => pod.metadata.name);
const log = async (query: string, name = names()[0]) =>
  api.send("GET", `/api/v1/namespaces/shop/pods/${name}/log?${query}`);
const lines = async (query: string) => (await log(query)).text.split("\n").filter(Boolean);

test("a log is what the container wrote since its start", async () => {
  const all = await lines("");
  expect(all).toHaveLength(41);
  expect(all[0]).toBe("line 0");
});

test("its end, its last seconds and its first bytes can be asked for", async () => {
  expect(await lines("tailLines=2")).toEqual(["line 39", "line 40"]);
  expect(await lines("tailLines=0")).toEqual([]);
  expect(await lines("sinceSeconds=4")).toEqual(["line 38", "line 39", "line 40"]);
  expect(await lines("sinceTime=2026-11-28T11:59:57Z")).toEqual(["line 38", "line 39", "line 40"]);
  expect((await log("limitBytes=9")).text).toBe("line 0\nli");
  expect(await lines("tailLines=1&timestamps=true")).toEqual(["2026-11-28T12:00:00.000Z line 40"]);
});

test("what can't be asked for is refused in the server's words", async () => {
  expect((await log("sinceSeconds=0")).body.message).toContain(
    "sinceSeconds: Invalid value: 0: must be greater than 0",
  );
  expect(await log("container=other")).toMatchObject({
    status: 400,
    body: { message: `container other is not valid for pod ${names()[0]}` },
  });
  expect((await log("previous=true")).body.message).toBe(
    `previous terminated container "web" in pod "${names()[0]}" not found`,
  );
});

test("a container that crashed has the log of its run before", async () => {
  const [pod] = sandbox.podsOf("shop", "web");
  if (!pod) throw new Error("There is no pod.");
  const crashedMs = NOW - 30_000;
  sandbox.crash(pod, { crashedMs, restartedMs: NOW - 20_000, exitCode: 1, reason: "Error" });
  const before = await lines("previous=true");
  expect(before.slice(-3)).toEqual(["line 19", "fatal", "    at main"]);
  expect(await lines("tailLines=100")).toHaveLength(14);
  const path = `/api/v1/namespaces/shop/pods/${pod.metadata.name}`;
  expect((await api.send("GET", path)).body.status).toMatchObject({
    containerStatuses: [
      { restartCount: 1, lastState: { terminated: { exitCode: 1, reason: "Error" } } },
    ],
  });
  const events = await api.send(
    "GET",
    "/api/v1/namespaces/shop/events?fieldSelector=reason=BackOff",
  );
  expect(events.body.items).toMatchObject([{ involvedObject: { name: pod.metadata.name } }]);
});

test("a pod that is going can be read until it is gone", async () => {
  const [, name = ""] = names();
  const path = "/apis/apps/v1/namespaces/shop/deployments/web";
  const contentType = "application/merge-patch+json";
  await api.send("PATCH", path, { contentType, body: { spec: { replicas: 0 } } });
  const pod = () => api.send("GET", `/api/v1/namespaces/shop/pods/${name}`);
  await expect
    .poll(async () => (await pod()).body.metadata, { timeout: 10_000, interval: 10 })
    .toHaveProperty("deletionTimestamp");
  expect((await log("tailLines=1", name)).text).toBe("line 40\n");
  await expect.poll(async () => (await pod()).status, { timeout: 10_000 }).toBe(404);
});
