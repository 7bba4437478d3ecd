import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type ApiClient, createApiClient } from "./api-client.ts";
import type { Deployment, PodTemplate, ReplicaSet } from "./kube-object.ts";
import { REVISION, REVISION_HISTORY, revisionOf } from "./revision-annotations.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";

const BASE = "/apis/apps/v1/namespaces/shop";
const DAY_MS = 86_400_000;

function template(tag: string): PodTemplate {
  return { spec: { containers: [{ name: "web", image: `registry.local/web:${tag}` }] } };
}

let running: KubernetesSandbox[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});

async function start(tags: string[], replicas = 2, podReadyMs = 1) {
  const sandbox = await startKubernetes({
    tokens: { t: { user: "admin", rules: "admin" } },
    podReadyMs,
  });
  running.push(sandbox);
  sandbox.seed({
    namespace: "shop",
    name: "web",
    replicas,
    selector: { app: "web" },
    history: tags.map((tag, i) => ({
      template: template(tag),
      at: new Date(Date.now() - (tags.length - i) * DAY_MS),
      changeCause: `release ${tag}`,
    })),
  });
  return { sandbox, api: createApiClient(sandbox.url, "t") };
}

async function deployment(api: ApiClient): Promise<Deployment> {
  return (await api.send("GET", `${BASE}/deployments/web`)).body as Deployment;
}

async function replicaSets(api: ApiClient): Promise<ReplicaSet[]> {
  const { body } = await api.send("GET", `${BASE}/replicasets`);
  return (body.items as ReplicaSet[]).sort((a, b) => revisionOf(a) - revisionOf(b));
}

function patch(
  api: ApiClient,
  body: unknown,
  contentType = "application/strategic-merge-patch+json",
) {
  return api.send("PATCH", `${BASE}/deployments/web`, { body, contentType });
}

const setImage = (api: ApiClient, tag: string) => patch(api, { spec: { template: template(tag) } });

/** What `kubectl rollout undo` sends: the template of an older ReplicaSet in place of the present one. */
async function undo(api: ApiClient): Promise<void> {
  const previous = (await replicaSets(api)).at(-2);
  if (!previous || (await deployment(api)).spec.paused) return;
  const { "pod-template-hash": _, ...labels } = previous.spec.template.metadata?.labels ?? {};
  const value = { ...previous.spec.template, metadata: { labels } };
  await patch(
    api,
    [{ op: "replace", path: "/spec/template", value }],
    "application/json-patch+json",
  );
}

function isDone({ metadata, spec, status }: Deployment): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  const seen = status.observedGeneration === metadata.generation;
  return seen && counts.every((count) => (count ?? 0) === spec.replicas);
}

async function settle(api: ApiClient): Promise<Deployment> {
  for (const giveUpAt = Date.now() + 8_000; Date.now() < giveUpAt; ) {
    const now = await deployment(api);
    if (isDone(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Did not settle: ${JSON.stringify(await deployment(api))}`);
}

describe("revisions", () => {
  test("undo reuses the old ReplicaSet: new number, old number remembered, old age kept", async () => {
    const { sandbox, api } = await start(["v1", "v2", "v3"]);
    const before = (await replicaSets(api))[1];
    await undo(api);
    await settle(api);
    const after = (await replicaSets(api)).at(-1);
    expect(after?.metadata.uid).toBe(before?.metadata.uid);
    expect(after?.metadata.creationTimestamp).toBe(before?.metadata.creationTimestamp);
    expect(after?.metadata.annotations).toMatchObject({ [REVISION]: "4", [REVISION_HISTORY]: "2" });
    const sets = await replicaSets(api);
    expect(sets.map(revisionOf)).toEqual([1, 3, 4]);
    expect((await deployment(api)).metadata.annotations?.[REVISION]).toBe("4");
    expect(sandbox.serving("shop", "web")).toMatchObject([{ revision: 4, readyReplicas: 2 }]);
  });

  test("a release and its annotation are two writes: the cause arrives on the ReplicaSet later", async () => {
    const { api } = await start(["v1"]);
    const cause = async () =>
      (await replicaSets(api)).at(-1)?.metadata.annotations?.["kubernetes.io/change-cause"];
    await setImage(api, "v2");
    await expect.poll(async () => (await replicaSets(api)).length).toBe(2);
    expect(await cause()).toBe("release v1");
    await patch(api, { metadata: { annotations: { "kubernetes.io/change-cause": "release v2" } } });
    await expect.poll(cause).toBe("release v2");
    expect((await settle(api)).metadata.generation).toBe(3);
  });

  test("old ReplicaSets beyond the history limit go, oldest first", async () => {
    const { api } = await start(["v1", "v2", "v3", "v4", "v5"]);
    await patch(api, { spec: { revisionHistoryLimit: 2 } });
    await expect.poll(async () => (await replicaSets(api)).map(revisionOf)).toEqual([3, 4, 5]);
  });
});

describe("rollouts", () => {
  test("never more pods than surge allows, never fewer ready than the floor", async () => {
    const { sandbox, api } = await start(["v1"], 4, 10);
    let fewestReady = 4;
    let mostPods = 4;
    sandbox.onChange(() => {
      const ready = sandbox.serving("shop", "web").reduce((sum, one) => sum + one.readyReplicas, 0);
      fewestReady = Math.min(fewestReady, ready);
    });
    const watching = api.watch(`${BASE}/replicasets?watch=1`, (events) => {
      const sizes = new Map(
        events.map(({ object }) => [
          (object as ReplicaSet).metadata.name,
          (object as ReplicaSet).spec.replicas,
        ]),
      );
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      mostPods = Math.max(mostPods, total);
      const [first, second] = [...sizes.values()];
      return first === 0 && second === 4;
    });
    await setImage(api, "v2");
    await settle(api);
    await watching;
    expect(fewestReady).toBeGreaterThanOrEqual(3);
    expect(mostPods).toBe(5);
  });

  test("an image that can't be pulled holds the rollout, and its deadline tells", async () => {
    const { sandbox, api } = await start(["v1"]);
    await patch(api, { spec: { progressDeadlineSeconds: 1 } });
    await setImage(api, "bad-migration");
    const progressing = async () =>
      (await deployment(api)).status.conditions?.find((one) => one.type === "Progressing");
    await expect
      .poll(progressing, { timeout: 6_000 })
      .toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    expect(sandbox.serving("shop", "web")).toMatchObject([{ revision: 1, readyReplicas: 2 }]);
    await undo(api);
    const done = await settle(api);
    expect(done.metadata.annotations?.[REVISION]).toBe("3");
    await expect
      .poll(progressing)
      .toMatchObject({ status: "True", reason: "NewReplicaSetAvailable" });
  });

  test("a paused Deployment accepts a template and rolls nothing until resumed", async () => {
    const { api } = await start(["v1"]);
    await patch(api, { spec: { paused: true } });
    await setImage(api, "v2");
    await expect
      .poll(async () => {
        const { status, metadata } = await deployment(api);
        return status.observedGeneration === metadata.generation;
      })
      .toBe(true);
    expect(await replicaSets(api)).toHaveLength(1);
    await patch(api, { spec: { paused: null } });
    await settle(api);
    expect(await replicaSets(api)).toHaveLength(2);
  });

  test("Recreate stops all old pods before the first new one", async () => {
    const { sandbox, api } = await start(["v1"]);
    const revisions: number[] = [];
    sandbox.onChange(() => revisions.push(sandbox.serving("shop", "web").length));
    await patch(api, {
      spec: { strategy: { type: "Recreate", rollingUpdate: null }, template: template("v2") },
    });
    await settle(api);
    expect(Math.max(...revisions)).toBe(1);
    expect(revisions).toContain(0);
  });
});

type Action =
  | { kind: "image"; tag: string }
  | { kind: "undo" | "pause" | "resume" | "settle" }
  | { kind: "scale"; to: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("image" as const), tag: fc.constantFrom("v1", "v2", "v3", "v4") }),
  fc.record({
    kind: fc.constantFrom("undo" as const, "pause" as const, "resume" as const, "settle" as const),
  }),
  fc.record({ kind: fc.constant("scale" as const), to: fc.integer({ min: 0, max: 5 }) }),
);

async function act(api: ApiClient, step: Action): Promise<void> {
  switch (step.kind) {
    case "image":
      await setImage(api, step.tag);
      return;
    case "undo":
      return undo(api);
    case "scale":
      await patch(api, { spec: { replicas: step.to } });
      return;
    case "settle":
      if (!(await deployment(api)).spec.paused) await settle(api);
      return;
    default:
      await patch(api, { spec: { paused: step.kind === "pause" } });
  }
}

test("any sequence of releases, undos, scales and pauses keeps the order of things", {
  timeout: 50_000,
}, async () => {
  const property = fc.asyncProperty(
    fc.array(action, { minLength: 2, maxLength: 12 }),
    async (steps) => {
      const { sandbox, api } = await start(["v0", "v1"]);
      let highest = 2;
      for (const step of steps) {
        await act(api, step);
        const sets = await replicaSets(api);
        const numbers = sets.map(revisionOf);
        expect(new Set(numbers).size).toBe(numbers.length);
        expect(Math.max(...numbers)).toBeGreaterThanOrEqual(highest);
        highest = Math.max(...numbers);
      }
      await act(api, { kind: "resume" });
      const done = await settle(api);
      const sets = await replicaSets(api);
      const images = sets.map((one) => one.spec.template.spec.containers[0]?.image);
      expect(new Set(images).size).toBe(images.length);
      expect(images.at(-1)).toBe(done.spec.template.spec.containers[0]?.image);
      expect(done.metadata.annotations?.[REVISION]).toBe(
        String(revisionOf(sets.at(-1) as ReplicaSet)),
      );
      const serving = sandbox
        .serving("shop", "web")
        .reduce((sum, one) => sum + one.readyReplicas, 0);
      expect(serving).toBe(done.spec.replicas);
      await sandbox.stop();
    },
  );
  await fc.assert(property, { numRuns: 40 });
});
