import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";

const WEB = "/apis/apps/v1/namespaces/shop/deployments/web";
const WATCH = "/apis/apps/v1/namespaces/shop/deployments?watch=1";
const template = (tag: string) => ({
  spec: { containers: [{ name: "web", image: `local/web:${tag}` }] },
});

let sandbox: KubernetesSandbox;
let api: ApiClient;

beforeEach(async () => {
  sandbox = await startKubernetes({
    tokens: { t: { user: "admin", rules: "admin" } },
    podReadyMs: 1,
  });
  api = createApiClient(sandbox.url, "t");
  sandbox.seed({
    namespace: "shop",
    name: "web",
    replicas: 1,
    selector: { app: "web" },
    history: [
      { template: template("v1"), at: new Date("2026-02-02T10:00:00Z"), changeCause: "first" },
      { template: template("v2"), at: new Date("2026-02-09T10:00:00Z"), changeCause: "second" },
    ],
  });
});
afterEach(() => sandbox.stop());

const label = (value: string) =>
  api.send("PATCH", WEB, {
    body: { metadata: { labels: { value } } },
    contentType: "application/merge-patch+json",
  });
const version = async () =>
  String(
    ((await api.send("GET", WEB)).body.metadata as { resourceVersion: string }).resourceVersion,
  );

describe("faults of the connection", () => {
  test("refuse: connections are cut, and work again afterwards", async () => {
    const watching = api.watch(`${WATCH}&resourceVersion=${await version()}`);
    await expect.poll(() => sandbox.openWatches()).toBe(1);
    sandbox.faults.set({ mode: "refuse" });
    await expect(watching).rejects.toThrow();
    await expect(api.send("GET", WEB)).rejects.toThrow();
    sandbox.faults.set({ mode: "none" });
    expect((await api.send("GET", WEB)).status).toBe(200);
  });

  test("hang: no answer ever, and open watches fall silent without an end", async () => {
    let seen = 0;
    let ended = false;
    const watching = api
      .watch(`${WATCH}&resourceVersion=${await version()}`, (events) => {
        seen = events.length;
        return false;
      })
      .finally(() => {
        ended = true;
      });
    watching.catch(() => undefined);
    await expect.poll(() => sandbox.openWatches()).toBe(1);
    await label("one");
    await expect.poll(() => seen).toBe(1);
    sandbox.faults.set({ mode: "hang" });
    let answered = false;
    const hanging = api.send("GET", WEB).then(
      () => {
        answered = true;
      },
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    sandbox.faults.set({ mode: "none" });
    await label("two");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([seen, ended, answered]).toEqual([1, false, false]);
    await sandbox.stop();
    await hanging;
  });

  test("error, unauthorized and slow", async () => {
    sandbox.faults.set({ mode: "error" });
    expect((await api.send("GET", WEB)).body).toMatchObject({ reason: "InternalError", code: 500 });
    sandbox.faults.set({ mode: "unauthorized" });
    expect((await api.send("GET", WEB)).status).toBe(401);
    sandbox.faults.set({ mode: "slow", delayMs: 150 });
    const startedAt = performance.now();
    expect((await api.send("GET", WEB)).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(140);
  });

  test("apply, then drop: the write happened though its answer was lost", async () => {
    sandbox.applyThenDrop = true;
    await expect(label("kept")).rejects.toThrow();
    expect(sandbox.applyThenDrop).toBe(false);
    expect((await api.send("GET", WEB)).body).toMatchObject({
      metadata: { labels: { value: "kept" } },
    });
    const patches = sandbox.requests.filter((one) => one.method === "PATCH");
    expect(patches).toMatchObject([{ path: WEB, user: "admin", status: 0 }]);
  });
});

describe("watches", () => {
  test("dropped watches end; those who watch on miss nothing", async () => {
    const from = await version();
    const watching = api.watch(`${WATCH}&resourceVersion=${from}`);
    await expect.poll(() => sandbox.openWatches()).toBe(1);
    expect(sandbox.dropWatches()).toBe(1);
    await expect(watching).rejects.toThrow();
    await label("meanwhile");
    const { events } = await api.watch(`${WATCH}&resourceVersion=${from}`, (all) => all.length > 0);
    expect(events[0]).toMatchObject({
      type: "MODIFIED",
      object: { metadata: { labels: { value: "meanwhile" } } },
    });
  });

  test.each(["event", "status"] as const)(
    "a compacted version is gone, told as %s",
    async (goneAs) => {
      const from = await version();
      sandbox.compact(goneAs);
      const path = `${WATCH}&resourceVersion=${from}`;
      const gone = { reason: "Expired", code: 410 };
      if (goneAs === "event") {
        const { status, events } = await api.watch(path);
        expect(status).toBe(200);
        expect(events).toMatchObject([{ type: "ERROR", object: gone }]);
      } else {
        const answer = await api.send("GET", path);
        expect(answer.status).toBe(410);
        expect(answer.body).toMatchObject(gone);
      }
      const list = await api.send("GET", "/apis/apps/v1/namespaces/shop/deployments");
      const now = (list.body.metadata as { resourceVersion: string }).resourceVersion;
      const fresh = api.watch(`${WATCH}&resourceVersion=${now}`, (all) => all.length > 0);
      await label("after");
      expect((await fresh).events).toMatchObject([{ type: "MODIFIED" }]);
    },
  );

  test("an object that leaves the selection is told as deleted", async () => {
    await label("in");
    const path = `${WATCH}&labelSelector=value%3Din&resourceVersion=${await version()}`;
    const watching = api.watch(path, (all) => all.length > 0);
    await expect.poll(() => sandbox.openWatches()).toBe(1);
    await label("out");
    expect((await watching).events).toMatchObject([{ type: "DELETED" }]);
  });

  test("a timeout ends the stream with a bookmark when bookmarks are allowed", async () => {
    const path = `${WATCH}&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=${await version()}`;
    const { events } = await api.watch(path);
    expect(events).toMatchObject([{ type: "BOOKMARK", object: { kind: "Deployment" } }]);
  });
});

describe("a seeded past", () => {
  test("is there at once: numbers, ages, causes, and ready pods of the last release", async () => {
    const sets = (await api.send("GET", "/apis/apps/v1/namespaces/shop/replicasets")).body
      .items as {
      metadata: { creationTimestamp: string; annotations: Record<string, string> };
    }[];
    const told = sets.map(({ metadata }) => [
      metadata.annotations["deployment.kubernetes.io/revision"],
      metadata.annotations["kubernetes.io/change-cause"],
      metadata.creationTimestamp,
    ]);
    expect(told.sort()).toEqual([
      ["1", "first", "2026-02-02T10:00:00Z"],
      ["2", "second", "2026-02-09T10:00:00Z"],
    ]);
    expect(sandbox.serving("shop", "web")).toMatchObject([{ revision: 2, readyReplicas: 1 }]);
  });

  test("is left alone by the controllers, which find nothing to do", async () => {
    const before = await version();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await version()).toBe(before);
  });

  test("a template that comes back reuses its ReplicaSet", async () => {
    sandbox.seed({
      namespace: "shop",
      name: "again",
      replicas: 2,
      revisionHistoryLimit: 1,
      selector: { app: "again" },
      history: ["a", "b", "c", "b"].map((tag, i) => ({
        template: template(tag),
        at: new Date(1_770_000_000_000 + i * 1_000),
      })),
    });
    const list = await api.send(
      "GET",
      "/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app=again",
    );
    const annotations = (list.body.items as { metadata: { annotations: Record<string, string> } }[])
      .map(({ metadata }) => metadata.annotations)
      .map((one) => [
        one["deployment.kubernetes.io/revision"],
        one["deployment.kubernetes.io/revision-history"],
      ]);
    expect(annotations.sort()).toEqual([
      ["3", undefined],
      ["4", "2"],
    ]);
  });
});
