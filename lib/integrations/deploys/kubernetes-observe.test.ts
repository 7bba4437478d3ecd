import { describe, expect, test } from "vitest";
import { Deployment, ReplicaSet, selectorQuery } from "./kubernetes-objects";
import { observe, REVISION } from "./kubernetes-observe";

const meta = (name: string, more: object = {}) => ({
  name,
  namespace: "shop",
  uid: `uid-${name}`,
  resourceVersion: "1",
  creationTimestamp: "2026-11-23T00:00:00Z",
  ...more,
});

const template = (image: string, labels: object = {}) => ({
  metadata: { labels: { app: "checkout", ...labels } },
  spec: { containers: [{ name: "app", image }] },
});

const arrived = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };

function deployment(
  image: string,
  revision: string,
  more: { spec?: object; status?: object } = {},
) {
  return Deployment.parse({
    metadata: meta("checkout", { generation: 3, annotations: { [REVISION]: revision } }),
    spec: { replicas: 2, selector: {}, template: template(image), ...more.spec },
    status: {
      observedGeneration: 3,
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
      conditions: [arrived],
      ...more.status,
    },
  });
}

function replicaSet(image: string, revision: string, owner = "uid-checkout") {
  return ReplicaSet.parse({
    metadata: meta(`rs-${image}-${revision}`, {
      annotations: { [REVISION]: revision },
      ownerReferences: [{ kind: "Deployment", uid: owner, controller: true }],
    }),
    spec: { template: template(image, { "pod-template-hash": "5d8f" }) },
  });
}

describe("the live revision", () => {
  test("is the ReplicaSet with the live template, once the Deployment carries its number", () => {
    const sets = [replicaSet("v2", "2"), replicaSet("v1", "1")];
    const live = observe(deployment("v2", "2"), sets);
    expect(live.revision).toBe(2);
    expect(live.revisions.map((one) => one.revision)).toEqual([1, 2]);
  });

  test("is unknown while a reused ReplicaSet still has its old number", () => {
    const before = [replicaSet("v1", "1"), replicaSet("v2", "2")];
    expect(observe(deployment("v1", "2"), before).revision).toBeNull();
    const between = [replicaSet("v1", "3"), replicaSet("v2", "2")];
    expect(observe(deployment("v1", "2"), between).revision).toBeNull();
    expect(observe(deployment("v1", "3"), between).revision).toBe(3);
  });

  test("is unknown while there is no ReplicaSet; others' ReplicaSets don't count", () => {
    expect(observe(deployment("v2", "1"), [replicaSet("v1", "1")]).revision).toBeNull();
    const others = observe(deployment("v1", "1"), [replicaSet("v1", "1", "uid-other")]);
    expect(others.revisions).toEqual([]);
    expect(others.revision).toBeNull();
  });
});

describe("a rollout", () => {
  const stateOf = (more: { spec?: object; status?: object }) =>
    observe(deployment("v1", "1", more), []).rollout;

  test.each([
    ["complete", {}],
    [
      "complete",
      { spec: { replicas: 0 }, status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 } },
    ],
    ["complete", { status: { conditions: [] } }],
    ["rolling", { status: { observedGeneration: 2 } }],
    ["rolling", { status: { conditions: [{ ...arrived, reason: "ReplicaSetUpdated" }] } }],
    ["rolling", { status: { updatedReplicas: 1 } }],
    ["rolling", { status: { availableReplicas: 1 } }],
    ["rolling", { status: { replicas: 3 } }],
    ["paused", { spec: { paused: true } }],
    ["paused", { spec: { paused: true }, status: { observedGeneration: 2 } }],
  ])("is %s: %j", (state, more) => {
    expect(stateOf(more).state).toBe(state);
  });

  test("says how far it is, and why it is stuck", () => {
    const status = { updatedReplicas: 1, availableReplicas: 2, conditions: [] };
    expect(stateOf({ status }).sentence).toBe("1 of 2 pods");
    const late = {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "it has timed out progressing.",
      lastUpdateTime: "2026-11-23T00:10:00Z",
    };
    expect(stateOf({ status: { ...status, conditions: [late] } })).toMatchObject({
      state: "stuck",
      sentence: "Stuck at 1 of 2 pods: it has timed out progressing.",
      updatedAt: "2026-11-23T00:10:00.000Z",
    });
    const quota = { type: "ReplicaFailure", status: "True", message: "exceeded quota" };
    expect(stateOf({ status: { ...status, conditions: [late, quota] } }).sentence).toBe(
      "Stuck at 1 of 2 pods: exceeded quota",
    );
  });
});

test("a selector is asked for in full", () => {
  const selector = {
    matchLabels: { app: "checkout", tier: "web" },
    matchExpressions: [
      { key: "a", operator: "In" as const, values: ["1", "2"] },
      { key: "b", operator: "NotIn" as const, values: ["3"] },
      { key: "c", operator: "Exists" as const, values: [] },
      { key: "d", operator: "DoesNotExist" as const, values: [] },
    ],
  };
  expect(selectorQuery(selector)).toBe("app=checkout,tier=web,a in (1,2),b notin (3),c,!d");
});
