import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { DEPLOYMENT, golden, normalised, type Replayed, startReplay } from "./golden-exchanges.ts";
import type { ManagedFields } from "./kube-object.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";
import { USERS } from "./users.ts";

type Owned = { metadata: { managedFields?: ManagedFields[]; resourceVersion: string } };

const entriesOf = (body: unknown) => (body as Owned).metadata.managedFields ?? [];
const by = (body: unknown, manager: string, subresource?: string) =>
  entriesOf(body).find((one) => one.manager === manager && one.subresource === subresource);

describe("owners of fields as a real server noted them", () => {
  let world: Replayed;
  beforeAll(async () => {
    world = await startReplay(30);
    const { requestBody } = golden("createNamespace");
    await world.replay(golden("createNamespace"), String(requestBody));
    world.configure();
  });
  afterAll(() => world.sandbox.stop());

  test.each(["create", "setImage", "annotate"])("%s", async (name) => {
    const answer = await world.replay(golden(name));
    const told = golden(name).response;
    const ofClients = (body: unknown) =>
      entriesOf(body)
        .filter((one) => one.subresource === undefined)
        .map(({ manager, operation, fieldsV1 }) => ({ manager, operation, fieldsV1 }))
        .sort((a, b) => (a.manager < b.manager ? -1 : 1));
    expect(ofClients(answer.body)).toEqual(ofClients(told));
    await world.settle();
  });

  test("what the controller wrote by way of the status", async () => {
    const live = await world.live();
    const own = by(live, "kube-controller-manager", "status");
    // Recorded when all pods were there, as they are now.
    const told = by(golden("matching").response, "kube-controller-manager", "status");
    expect(normalised(own?.fieldsV1)).toEqual(normalised(told?.fieldsV1));
  });

  test("a Scale has an entry of its own, without a time", async () => {
    const body = { spec: { replicas: 4 } };
    const contentType = "application/merge-patch+json";
    await world.admin.send("PATCH", `${DEPLOYMENT}/scale?fieldManager=kubectl`, {
      body,
      contentType,
    });
    expect(by(await world.live(), "kubectl", "scale")).toEqual({
      manager: "kubectl",
      operation: "Update",
      apiVersion: "apps/v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:spec": { "f:replicas": {} } },
      subresource: "scale",
    });
  });
});

describe("writes", () => {
  const MAP = "/api/v1/namespaces/default/configmaps/settings";
  const LIVE = "/apis/apps/v1/namespaces/shop/deployments/checkout";
  let clock = Date.parse("2026-11-28T14:00:00Z");
  let cluster: KubernetesSandbox;
  let admin: ApiClient;

  beforeAll(async () => {
    cluster = await startKubernetes({ tokens: {}, podReadyMs: 5, now: () => clock });
    admin = cluster.clientAs(USERS.administrator, "kubectl/v1");
    const containers = [
      { name: "web", image: "shop/checkout:1", env: [{ name: "A", value: "1" }] },
    ];
    cluster.seed({
      namespace: "shop",
      name: "checkout",
      replicas: 0,
      selector: { app: "checkout" },
      history: [{ template: { spec: { containers } }, at: new Date(clock - 60_000) }],
    });
  });
  afterAll(() => cluster.stop());

  const apply = (path: string, manager: string, more: object, force = false) => {
    const [apiVersion, kind] = path === MAP ? ["v1", "ConfigMap"] : ["apps/v1", "Deployment"];
    return admin.send("PATCH", `${path}?fieldManager=${manager}&force=${force}`, {
      body: { apiVersion, kind, ...more },
      contentType: "application/apply-patch+yaml",
    });
  };
  const merge = (path: string, manager: string, body: object) =>
    admin.send("PATCH", `${path}?fieldManager=${manager}`, {
      body,
      contentType: "application/merge-patch+json",
    });

  test("a field goes to who changes it last, at the time of that write", async () => {
    await apply(MAP, "team", { data: { a: "1", b: "1" } });
    clock += 5_000;
    const { body } = await merge(MAP, "robot", { data: { b: "2" } });
    expect(entriesOf(body)).toMatchObject([
      { manager: "team", operation: "Apply", time: "2026-11-28T14:00:00Z" },
      { manager: "robot", operation: "Update", time: "2026-11-28T14:00:05Z" },
    ]);
    expect(entriesOf(body).map((one) => one.fieldsV1)).toEqual([
      { "f:data": { "f:a": {} } },
      { "f:data": { "f:b": {} } },
    ]);
  });

  test("an apply that would change what is another's is refused, unless forced", async () => {
    const refused = await apply(MAP, "team", { data: { a: "1", b: "3" } });
    expect([refused.status, refused.body.reason, refused.body.message]).toEqual([
      409,
      "Conflict",
      'Apply failed with 1 conflict: conflict with "robot" using v1: .data.b',
    ]);
    expect(refused.body.details).toEqual({
      causes: [
        {
          reason: "FieldManagerConflict",
          message: 'conflict with "robot" using v1',
          field: ".data.b",
        },
      ],
    });
    const forced = await apply(MAP, "team", { data: { a: "1", b: "3" } }, true);
    expect(forced.status).toBe(200);
    expect(entriesOf(forced.body).map((one) => one.manager)).toEqual(["team"]);
  });

  test("equal values are owned by both; what is applied no more goes when nobody else owns it", async () => {
    const both = await apply(MAP, "other", { data: { b: "3" } });
    expect(entriesOf(both.body).map((one) => one.manager)).toEqual(["other", "team"]);
    const dropped = await apply(MAP, "team", { data: {} });
    expect(dropped.body.data).toEqual({ b: "3" });
    const gone = await apply(MAP, "other", { data: { c: "1" } });
    expect(gone.body.data).toEqual({ c: "1" });
  });

  test("an apply that changes nothing is no write", async () => {
    const before = (await admin.send("GET", MAP)).body as Owned;
    clock += 5_000;
    const after = (await apply(MAP, "other", { data: { c: "1" } })).body as Owned;
    expect(after.metadata).toEqual(before.metadata);
  });

  test("items of lists are owned one by one, by their keys", async () => {
    const containers = [{ name: "web", env: [{ name: "B", value: "2" }] }];
    const applied = await apply(LIVE, "gitops", { spec: { template: { spec: { containers } } } });
    expect(applied.status).toBe(200);
    expect(by(applied.body, "gitops")?.fieldsV1).toEqual({
      "f:spec": {
        "f:template": {
          "f:spec": {
            "f:containers": {
              'k:{"name":"web"}': {
                ".": {},
                "f:name": {},
                "f:env": { 'k:{"name":"B"}': { ".": {}, "f:name": {}, "f:value": {} } },
              },
            },
          },
        },
      },
    });
    const none = [{ name: "web" }];
    const dropped = await apply(LIVE, "gitops", {
      spec: { template: { spec: { containers: none } } },
    });
    const { template } = dropped.body.spec as {
      template: { spec: { containers: { env: unknown }[] } };
    };
    expect(template.spec.containers[0]?.env).toEqual([{ name: "A", value: "1" }]);
  });

  test("taking fields away leaves no time of its own", async () => {
    const patch = { metadata: { annotations: { note: "1" } } };
    await merge(LIVE, "noter", patch);
    clock += 5_000;
    const { body } = await merge(LIVE, "remover", { metadata: { annotations: { note: null } } });
    const managers = entriesOf(body).map((one) => one.manager);
    expect(managers).not.toContain("remover");
    expect(JSON.stringify(entriesOf(body))).not.toContain("f:note");
  });

  test("an empty list of entries resets them; an apply may not state any", async () => {
    const { body } = await merge(MAP, "robot", { metadata: { managedFields: [] } });
    expect(entriesOf(body)).toEqual([]);
    const refused = await apply(MAP, "team", { metadata: { managedFields: [{}] } });
    expect([refused.status, refused.body.message]).toEqual([
      400,
      "metadata.managedFields must be nil",
    ]);
  });
});
