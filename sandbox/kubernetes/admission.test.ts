import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";
import { USERS } from "./users.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
const MAPS = "/api/v1/namespaces/shop/configmaps";
const DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/checkout";
const MERGE = "application/merge-patch+json";

type Spec = Record<string, unknown>;

let cluster: KubernetesSandbox;
let admin: ApiClient;

beforeEach(async () => {
  await cluster?.stop();
  cluster = await startKubernetes({ tokens: {}, podReadyMs: 5 });
  admin = cluster.clientAs(USERS.administrator, "kubectl/v1");
  const containers = [{ name: "web", image: "shop/checkout:1" }];
  cluster.seed({
    namespace: "shop",
    name: "checkout",
    replicas: 1,
    selector: { app: "checkout" },
    history: [{ template: { spec: { containers } }, at: new Date() }],
  });
});
afterAll(() => cluster.stop());

const rule = (plural: string, operations = ["*"], group = "") => ({
  resourceRules: [
    { apiGroups: [group], apiVersions: ["v1"], operations, resources: plural.split(",") },
  ],
});

/** Puts a policy and its binding in force; each may be changed in its spec. */
async function enforce(policy: Spec, binding: Spec = {}): Promise<void> {
  const made = await admin.send("POST", POLICIES, {
    body: {
      metadata: { name: "p" },
      spec: { matchConstraints: rule("configmaps"), ...policy },
    },
  });
  const bound = await admin.send("POST", BINDINGS, {
    body: {
      metadata: { name: "b" },
      spec: { policyName: "p", validationActions: ["Deny"], ...binding },
    },
  });
  expect([made.status, made.body.message, bound.status]).toEqual([201, undefined, 201]);
}

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

describe("parameters", () => {
  const paramKind = { apiVersion: "v1", kind: "ConfigMap" };
  const policy = {
    paramKind,
    matchConstraints: rule("secrets", ["CREATE"]),
    validations: [{ expression: "object.type == params.data.type", message: "another type" }],
  };
  const secret = (namespace: string, dryRun = "") =>
    admin.send("POST", `/api/v1/namespaces/${namespace}/secrets${dryRun}`, {
      body: { metadata: { name: "s" }, type: "Opaque" },
    });
  const param = (namespace: string, name: string, type: string) => {
    const labels = { rules: "yes" };
    cluster.seedConfigMap({ namespace, name, labels, data: { type } });
  };

  test("by name in the object's namespace, or in the one stated", async () => {
    const paramRef = { name: "types", parameterNotFoundAction: "Deny" };
    await enforce(policy, { paramRef });
    const refused = await secret("shop");
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain("no params found for policy binding with `Deny`");
    param("shop", "types", "Opaque");
    expect((await secret("shop")).status).toBe(201);
    const body = { spec: { paramRef: { ...paramRef, namespace: "shop" } } };
    await admin.send("PATCH", `${BINDINGS}/b`, { body, contentType: MERGE });
    expect((await secret("default")).status).toBe(201);
  });

  test("by selector: none is fine if that is allowed, and one that refuses is enough", async () => {
    const selector = { matchLabels: { rules: "yes" } };
    await enforce(policy, { paramRef: { selector, parameterNotFoundAction: "Allow" } });
    expect((await secret("default", "?dryRun=All")).status).toBe(201);
    param("shop", "one", "Opaque");
    expect((await secret("shop", "?dryRun=All")).status).toBe(201);
    param("shop", "two", "other");
    expect((await secret("shop")).body.message).toContain("another type");
  });

  test("of a kind that isn't served refuse, or don't where failures are ignored", async () => {
    const unknown = { ...policy, paramKind: { apiVersion: "x.io/v1", kind: "Rules" } };
    const paramRef = { name: "types", parameterNotFoundAction: "Allow" };
    await enforce(unknown, { paramRef });
    expect((await secret("shop")).body.message).toContain("failed to configure binding: failed to");
    const body = { spec: { failurePolicy: "Ignore" } };
    await admin.send("PATCH", `${POLICIES}/p`, { body, contentType: MERGE });
    expect((await secret("shop")).status).toBe(201);
  });
});

describe("expressions", () => {
  test.each([
    ["Fail", 422],
    ["Ignore", 201],
  ])("that come to nothing are decided by failurePolicy %s", async (failurePolicy, status) => {
    await enforce({ failurePolicy, validations: [{ expression: "object.data.size > 1" }] });
    const answer = await create("one", { data: { other: "1" } });
    expect(answer.status).toBe(status);
    if (status === 422) {
      const told = "expression 'object.data.size > 1' resulted in error: no such key: size";
      expect(answer.body.message).toContain(told);
    }
  });

  test("variables are computed when they are needed, conditions come first", async () => {
    await enforce({
      matchConditions: [{ name: "big", expression: "has(object.data)" }],
      variables: [
        { name: "wrong", expression: "object.data.missing" },
        { name: "count", expression: "size(object.data)" },
        { name: "limit", expression: "variables.count * 10" },
      ],
      validations: [
        {
          expression: "variables.count < 2 || variables.wrong == ''",
          messageExpression:
            "'%s of %s'.format([string(variables.count), string(variables.limit)])",
        },
      ],
    });
    expect((await create("none")).status).toBe(201);
    expect((await create("one", { data: { a: "" } })).status).toBe(201);
    const refused = await create("two", { data: { a: "", b: "" } });
    expect(refused.body.message).toContain("no such key: missing");
    const plain = await create("three", { data: { missing: "x", b: "" } });
    expect(plain.body.message).toMatch(/denied request: 2 of 20$/);
  });

  test.each([
    ["1 +", "compilation failed"],
    ["nothing.known", "compilation failed"],
    ["params.data.a == ''", "compilation failed"],
    ["'text'", "must evaluate to bool"],
  ])("that don't compile are refused with the policy: %s", async (expression, told) => {
    const body = {
      metadata: { name: "p" },
      spec: { matchConstraints: rule("configmaps"), validations: [{ expression }] },
    };
    const refused = await admin.send("POST", POLICIES, { body });
    expect([refused.status, refused.body.reason]).toEqual([422, "Invalid"]);
    expect(refused.body.message).toContain(`spec.validations[0].expression: Invalid value`);
    expect(refused.body.message).toContain(told);
  });

  test("that name a field the kind doesn't have are told in the policy's status", async () => {
    await enforce({
      matchConstraints: rule("deployments", ["UPDATE"], "apps"),
      validations: [{ expression: "object.spec.replicass > 1 && object.metadata.name != ''" }],
    });
    await expect
      .poll(async () => (await admin.send("GET", `${POLICIES}/p`)).body.status)
      .toMatchObject({
        observedGeneration: 1,
        typeChecking: {
          expressionWarnings: [
            {
              fieldRef: "spec.validations[0].expression",
              warning: expect.stringContaining("undefined field 'replicass'"),
            },
          ],
        },
      });
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
