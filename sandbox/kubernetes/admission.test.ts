import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import {
  BINDINGS,
  DEPLOYMENT,
  MAPS,
  MERGE,
  type PolicedCluster,
  rule,
  type Spec,
  startPolicedCluster,
} from "./policed-cluster.ts";
import type { KubernetesSandbox } from "./start-kubernetes.ts";
import { USERS } from "./users.ts";

let cluster: KubernetesSandbox;
let admin: ApiClient;
let enforce: PolicedCluster["enforce"];

beforeEach(async () => {
  await cluster?.stop();
  ({ cluster, admin, enforce } = await startPolicedCluster());
});
afterAll(() => cluster.stop());

const never = [{ expression: "false", message: "never" }];
const create = (name: string, more: Spec = {}) =>
  admin.send("POST", MAPS, { body: { metadata: { name }, ...more } });

describe("what a policy covers", () => {
  test("create, update and delete, each with the objects there are", async () => {
    await enforce({
      validations: [
        {
          expression:
            "(request.operation == 'CREATE') == (oldObject == null) && (request.operation == 'DELETE') == (object == null)",
          message: "the wrong objects",
        },
        {
          expression: "request.operation != 'DELETE' || oldObject.metadata.name != 'kept'",
          messageExpression: "request.name + ' stays, ' + request.userInfo.username",
          reason: "Forbidden",
        },
      ],
    });
    expect((await create("kept")).status).toBe(201);
    const changed = await admin.send("PATCH", `${MAPS}/kept`, {
      body: { data: { a: "1" } },
      contentType: MERGE,
    });
    expect(changed.status).toBe(200);
    const refused = await admin.send("DELETE", `${MAPS}/kept`);
    expect([refused.status, refused.body.reason]).toEqual([403, "Forbidden"]);
    expect(refused.body.message).toContain("denied request: kept stays, kubernetes-admin");
    expect((await admin.send("DELETE", MAPS)).status).toBe(403);
    expect((await admin.send("GET", `${MAPS}/kept`)).status).toBe(200);
  });

  test.each([
    ["deployments", 422, 200, 200],
    ["*", 422, 200, 200],
    ["deployments/scale", 200, 422, 200],
    ["deployments/*", 422, 422, 422],
    ["*/status", 200, 200, 422],
  ])("%s: the resource, its scale, its status", async (plural, whole, scale, status) => {
    await enforce({ matchConstraints: rule(plural, ["UPDATE"], "apps"), validations: never });
    const send = async (part: string, body: Spec) =>
      (await admin.send("PATCH", DEPLOYMENT + part, { body, contentType: MERGE })).status;
    expect([
      await send("", { spec: { paused: true } }),
      await send("/scale", { spec: { replicas: 2 } }),
      await send("/status", { status: { observedGeneration: 9 } }),
    ]).toEqual([whole, scale, status]);
  });

  test("a Scale is seen as one", async () => {
    await enforce({
      matchConstraints: rule("deployments/scale", ["UPDATE"], "apps"),
      validations: [{ expression: "object.kind == 'Scale' && object.spec.replicas <= 3" }],
    });
    const scale = (replicas: number) =>
      admin.send("PATCH", `${DEPLOYMENT}/scale`, {
        body: { spec: { replicas } },
        contentType: MERGE,
      });
    expect((await scale(3)).status).toBe(200);
    const refused = await scale(4);
    expect(refused.body.message).toContain("failed expression: object.kind == 'Scale'");
  });

  test("selectors of namespaces and objects, of policy and binding; what is left out", async () => {
    const matchConstraints = {
      ...rule("configmaps"),
      excludeResourceRules: [{ ...rule("configmaps").resourceRules[0], resourceNames: ["free"] }],
      objectSelector: { matchLabels: { guarded: "yes" } },
    };
    const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": "shop" } };
    await enforce(
      { matchConstraints, validations: never },
      { matchResources: { namespaceSelector } },
    );
    const labels = { guarded: "yes" };
    expect((await create("one")).status).toBe(201);
    expect((await create("two", { metadata: { name: "two", labels } })).status).toBe(422);
    expect((await create("free", { metadata: { name: "free", labels } })).status).toBe(201);
    const elsewhere = MAPS.replace("/shop/", "/default/");
    const body = { metadata: { name: "two", labels } };
    expect((await admin.send("POST", elsewhere, { body })).status).toBe(201);
  });

  test("nothing without a binding, and never policies themselves", async () => {
    await enforce({ matchConstraints: rule("*", ["*"], "*"), validations: never });
    expect((await create("one")).status).toBe(422);
    expect((await admin.send("DELETE", `${BINDINGS}/b`)).status).toBe(200);
    expect((await create("one")).status).toBe(201);
  });

  test("writes of clients from outside, under their own names", async () => {
    await enforce({
      matchConstraints: rule("deployments", ["UPDATE"], "apps"),
      validations: [
        {
          expression: "!('system:serviceaccounts:argocd' in request.userInfo.groups)",
          messageExpression: "'not by ' + request.userInfo.username",
        },
      ],
    });
    const patch = { body: { metadata: { annotations: { a: "1" } } }, contentType: MERGE };
    const argo = cluster.clientAs(USERS.argoCd, "argocd-controller/v3");
    const refused = await argo.send("PATCH", DEPLOYMENT, patch);
    expect(refused.body.message).toContain(
      "not by system:serviceaccount:argocd:argocd-application-controller",
    );
    const flux = cluster.clientAs(USERS.kustomizeController, "kustomize-controller/v1");
    const taken = await flux.send("PATCH", DEPLOYMENT, patch);
    expect(taken.status).toBe(200);
    expect(taken.text).toContain('"manager":"kustomize-controller"');
  });
});

test("a binding that only warns lets the write pass and says so in a header", async () => {
  await enforce({ validations: never }, { validationActions: ["Warn", "Audit"] });
  const answer = await create("one");
  expect(answer.status).toBe(201);
  expect(answer.warnings).toEqual([
    "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': never",
  ]);
});

test("a binding that can't be right is refused field by field", async () => {
  const spec = { paramRef: {}, validationActions: ["Deny", "Warn"] };
  const refused = await admin.send("POST", BINDINGS, { body: { metadata: { name: "b" }, spec } });
  const { causes } = refused.body.details as { causes: { field: string }[] };
  expect(causes.map((one) => one.field)).toEqual([
    "spec.policyName",
    "spec.paramRef.name",
    "spec.paramRef.parameterNotFoundAction",
    "spec.validationActions",
  ]);
});
