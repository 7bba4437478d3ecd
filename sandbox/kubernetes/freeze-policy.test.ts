import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiAnswer, ApiClient } from "./api-client.ts";
import { installFreezePolicy } from "./install-freeze-policy.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";
import { deliveryRobot, USERS } from "./users.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/checkout";
const CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps";
const START = Date.parse("2026-11-28T14:00:00Z");
const MERGE = "application/merge-patch+json";
const STRATEGIC = "application/strategic-merge-patch+json";
const TOLD =
  "checkout is frozen until 2026-11-28T15:00:00Z by F-12 (INC-9): rolling back. A responder can let this delivery through or thaw it in Known Good: https://kg.test/f/F-12";

let clock = START;
let cluster: KubernetesSandbox;
let ours: ApiClient;
let robot: ApiClient;
let admin: ApiClient;

beforeEach(async () => {
  await cluster?.stop();
  clock = START;
  cluster = await startKubernetes({ tokens: {}, podReadyMs: 5, now: () => clock });
  ours = cluster.clientAs(USERS.knownGood, "known-good/1");
  robot = cluster.clientAs(deliveryRobot("Payments"), "kubectl/v1");
  admin = cluster.clientAs(USERS.administrator, "kubectl/v1");
  await installFreezePolicy(admin);
  const containers = [
    { name: "web", image: "shop/checkout:1", env: [{ name: "A", value: "1" }] },
    { name: "proxy", image: "mesh/proxy:7" },
  ];
  const initContainers = [{ name: "migrate", image: "shop/checkout:1" }];
  cluster.seed({
    namespace: "shop",
    name: "checkout",
    replicas: 1,
    selector: { app: "checkout" },
    history: [{ template: { spec: { containers, initContainers } }, at: new Date(START - 9e6) }],
  });
});
afterAll(() => cluster.stop());

const FREEZE = {
  freeze: "F-12",
  incident: "INC-9",
  reason: "rolling back",
  until: "2026-11-28T15:00:00Z",
  deployments: "payments\ncheckout",
  images: "",
  by: USERS.knownGood.user,
  url: "https://kg.test/f/F-12",
};

async function freeze(more: Partial<typeof FREEZE> = {}, name = "f-12", namespace = "shop") {
  const metadata = {
    name: `known-good-freeze-${name}`,
    labels: { "known-good.dev/freeze": name.toUpperCase() },
  };
  const body = { metadata, data: { ...FREEZE, ...more } };
  const path = CONFIG_MAPS.replace("/shop/", `/${namespace}/`);
  expect((await ours.send("POST", path, { body })).status).toBe(201);
}

function patch(
  client: ApiClient,
  body: unknown,
  { query = "fieldManager=kubectl-set", contentType = STRATEGIC, path = DEPLOYMENT } = {},
): Promise<ApiAnswer> {
  return client.send("PATCH", `${path}?${query}`, { body, contentType });
}

const template = (spec: unknown) => ({ spec: { template: { spec } } });
const image = (tag: string, name = "web") =>
  template({ containers: [{ name, image: `shop/checkout:${tag}` }] });
const message = (answer: ApiAnswer) => [answer.status, answer.body.message];
const REFUSED = `ValidatingAdmissionPolicy 'known-good-freeze' with binding 'known-good-freeze' denied request: ${TOLD}`;

describe("a frozen Deployment", () => {
  test("lets nothing be delivered, says by what and until when, in the server's form", async () => {
    expect((await patch(robot, image("2"))).status).toBe(200);
    await freeze();
    const refused = await patch(robot, image("3"));
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: `deployments.apps "checkout" is forbidden: ${REFUSED}`,
      reason: "Invalid",
      details: {
        name: "checkout",
        group: "apps",
        kind: "deployments",
        causes: [{ message: REFUSED }],
      },
      code: 422,
    });
  });

  const json = "application/json-patch+json";
  const apply = "application/apply-patch+yaml";
  const applied = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...image("3"),
  };
  test.each([
    ["a dry run", image("3"), { query: "fieldManager=kubectl-set&dryRun=All" }],
    [
      "a JSON patch",
      [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "shop/x:3" }],
      { contentType: json },
    ],
    ["a server-side apply", applied, { contentType: apply, query: "fieldManager=ci&force=true" }],
    [
      "a merge patch of the whole list",
      template({ containers: [{ name: "web", image: "shop/checkout:3" }] }),
      { contentType: MERGE },
    ],
    [
      "a variable",
      template({ containers: [{ name: "web", env: [{ name: "A", value: "2" }] }] }),
      {},
    ],
    [
      "a restart",
      {
        spec: {
          template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "x" } } },
        },
      },
      {},
    ],
  ])("refuses %s", async (_, body, options) => {
    await freeze();
    const refused = await patch(robot, body, options);
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain(TOLD);
    const live = (await admin.send("GET", DEPLOYMENT)).body as { metadata: { generation: number } };
    expect(live.metadata.generation).toBe(1);
  });

  test("refuses a replacement by another administrator too", async () => {
    await freeze();
    const live = (await admin.send("GET", DEPLOYMENT)).body;
    const body = JSON.parse(JSON.stringify(live).replaceAll("shop/checkout:1", "shop/checkout:3"));
    expect((await admin.send("PUT", DEPLOYMENT, { body })).status).toBe(422);
  });

  test("may be scaled, paused and annotated by anybody", async () => {
    await freeze();
    const scaled = await patch(
      robot,
      { spec: { replicas: 3 } },
      { contentType: MERGE, path: `${DEPLOYMENT}/scale` },
    );
    const note = { metadata: { annotations: { note: "hands off" } } };
    const rest = { spec: { paused: true, replicas: 2 } };
    const answers = [scaled, await patch(robot, note), await patch(robot, rest)];
    expect(answers.map(message)).toEqual([
      [200, undefined],
      [200, undefined],
      [200, undefined],
    ]);
  });

  test("is changed by our own account, which is who SelfSubjectReview says it is", async () => {
    const review = await ours.send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      body: {},
    });
    const { userInfo } = review.body.status as { userInfo: { username: string } };
    await freeze({ by: userInfo.username });
    expect(message(await patch(ours, image("2")))).toEqual([200, undefined]);
    expect((await patch(robot, image("3"))).status).toBe(422);
  });

  test("takes images that are let through, but only with all the others allowed", async () => {
    await freeze({ images: "shop/checkout:2\nmesh/proxy:7" });
    // The init container would still run an image that nobody allowed.
    expect((await patch(robot, image("2"))).status).toBe(422);
    const both = template({
      containers: [{ name: "web", image: "shop/checkout:2" }],
      initContainers: [{ name: "migrate", image: "shop/checkout:2" }],
    });
    expect(message(await patch(robot, both))).toEqual([200, undefined]);
    expect((await patch(robot, image("3"))).status).toBe(422);
  });

  test.each([
    ["is not named", { deployments: "payments\ncheck" }, "f-12", "shop"],
    ["is in another namespace", { deployments: "*" }, "f-12", "default"],
  ])("is free when it %s", async (_, more, name, namespace) => {
    await freeze(more, name, namespace);
    expect(message(await patch(robot, image("2")))).toEqual([200, undefined]);
  });

  test("stays frozen while any freeze holds it, and is free when the last is deleted", async () => {
    await freeze();
    await freeze({ freeze: "F-13", deployments: "*", incident: "" }, "f-13");
    const remove = (name: string) =>
      ours.send("DELETE", `${CONFIG_MAPS}/known-good-freeze-${name}`);
    expect((await remove("f-12")).status).toBe(200);
    const refused = await patch(robot, image("2"));
    expect(refused.body.message).toContain("15:00:00Z by F-13: rolling back.");
    await remove("f-13");
    expect(message(await patch(robot, image("2")))).toEqual([200, undefined]);
  });
});

describe("the end of a freeze", () => {
  const HOUR = 3_600_000;

  test("thaws at its second, though nobody deletes it", async () => {
    await freeze();
    clock = START + HOUR - 1_000;
    expect((await patch(robot, image("2"))).status).toBe(422);
    clock = START + HOUR;
    expect(message(await patch(robot, image("2")))).toEqual([200, undefined]);
    const apply = { apiVersion: "apps/v1", kind: "Deployment", ...image("3") };
    const options = {
      contentType: "application/apply-patch+yaml",
      query: "fieldManager=flux&force=true",
    };
    expect(message(await patch(robot, apply, options))).toEqual([200, undefined]);
  });

  test("moves when the freeze is renewed", async () => {
    await freeze();
    const renewed = { data: { until: "2026-11-28T16:00:00Z" } };
    const path = `${CONFIG_MAPS}/known-good-freeze-f-12`;
    expect((await patch(ours, renewed, { contentType: MERGE, path })).status).toBe(200);
    clock = START + HOUR;
    expect((await patch(robot, image("2"))).body.message).toContain("until 2026-11-28T16:00:00Z");
  });

  test.each([
    ["no time", "soon", "is frozen until somebody thaws it by F-12"],
    ["empty", "", "is frozen until somebody thaws it by F-12"],
    ["a day that doesn't exist", "2026-13-45T00:00:00Z", "resulted in error"],
  ])("that is %s never comes", async (_, until, told) => {
    await freeze({ until });
    clock = START + 10 * HOUR;
    const refused = await patch(robot, image("2"));
    expect([refused.status, refused.body.message]).toEqual([422, expect.stringContaining(told)]);
  });

  test("can't be brought near by entries that a client makes up", async () => {
    await freeze();
    const live = (await admin.send("GET", DEPLOYMENT)).body as {
      metadata: { managedFields: unknown[] };
    };
    const forged = {
      manager: "time-traveller",
      operation: "Update",
      apiVersion: "apps/v1",
      time: "2099-01-01T00:00:00Z",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:spec": { "f:minReadySeconds": {} } },
    };
    const metadata = { managedFields: [...live.metadata.managedFields, forged] };
    const atOnce = await patch(robot, { ...image("2"), metadata }, { contentType: MERGE });
    expect(atOnce.status).toBe(422);
    // Planted by a write that the policy lets through, it is old by the time of the delivery.
    expect((await patch(robot, { metadata }, { contentType: MERGE })).status).toBe(200);
    const planted = (await admin.send("GET", DEPLOYMENT)).text;
    expect(planted).toContain("time-traveller");
    expect((await patch(robot, image("2"))).status).toBe(422);
  });

  test("a change that only takes away leaves no time, so it waits for the ConfigMap to go", async () => {
    await freeze();
    clock = START + 2 * HOUR;
    const removal = template({
      containers: [{ name: "web", env: [{ name: "A", $patch: "delete" }] }],
    });
    expect((await patch(robot, removal)).status).toBe(422);
    const noted = { ...removal, metadata: { annotations: { why: "without A" } } };
    expect(message(await patch(robot, noted))).toEqual([200, undefined]);
  });
});

test("our account may look at the policy and write freezes, but not change the policy", async () => {
  const policy = `${GROUP}/validatingadmissionpolicies/known-good-freeze`;
  expect((await ours.send("GET", policy)).status).toBe(200);
  expect((await ours.send("GET", `${GROUP}/validatingadmissionpolicybindings`)).status).toBe(200);
  expect((await ours.send("DELETE", policy)).status).toBe(403);
  await expect
    .poll(async () => (await ours.send("GET", policy)).body.status)
    .toEqual({ observedGeneration: 1, typeChecking: {} });
});
