import { describe, expect, test } from "vitest";
import { errorOfStatus } from "./kubernetes-errors";
import { isFailedTest, refusalOf, rollbackCall } from "./kubernetes-patch";

const checkout = { namespace: "shop", name: "checkout" };
const to = {
  metadata: { labels: { app: "checkout", "pod-template-hash": "5d8f" } },
  spec: { containers: [] },
};
const patch = {
  uid: "u-1",
  seen: { spec: { containers: [1] } },
  to,
  changeCause: "rollback to 23",
  restorationId: "R-7",
};

function answer(status: number, message: string, details: unknown = {}) {
  const body = { kind: "Status", status: "Failure", message, reason: "x", details, code: status };
  return { status, retryAfter: undefined, body };
}

describe("the patch of a rollback", () => {
  test("tests uid and template, replaces the template, adds two annotations: in one call", () => {
    expect(rollbackCall(checkout, patch, { dryRun: false })).toEqual({
      method: "PATCH",
      path: "/apis/apps/v1/namespaces/shop/deployments/checkout?fieldManager=known-good",
      contentType: "application/json-patch+json",
      mutates: true,
      body: [
        { op: "test", path: "/metadata/uid", value: "u-1" },
        { op: "test", path: "/spec/template", value: { spec: { containers: [1] } } },
        {
          op: "replace",
          path: "/spec/template",
          value: { metadata: { labels: { app: "checkout" } }, spec: { containers: [] } },
        },
        {
          op: "add",
          path: "/metadata/annotations/kubernetes.io~1change-cause",
          value: "rollback to 23",
        },
        { op: "add", path: "/metadata/annotations/known-good.dev~1restoration", value: "R-7" },
      ],
    });
  });

  test("a dry run is the same patch and changes nothing", () => {
    const real = rollbackCall(checkout, patch, { dryRun: false });
    const dry = rollbackCall(checkout, patch, { dryRun: true });
    expect(dry.body).toEqual(real.body);
    expect(dry.path).toBe(`${real.path}&dryRun=All`);
    expect(dry.mutates).toBe(false);
  });
});

describe("how a cluster says no", () => {
  test("a failed test has no details, a policy names itself", () => {
    const moved = answer(422, "the server rejected our request due to an error in our request");
    expect(isFailedTest(moved)).toBe(true);

    const said =
      "ValidatingAdmissionPolicy 'freeze' with binding 'freeze' denied request: Deliveries are frozen.";
    const frozen = answer(422, `deployments.apps "checkout" is forbidden: ${said}`, {
      causes: [{ message: said }],
    });
    expect(isFailedTest(frozen)).toBe(false);
    expect(refusalOf(frozen, checkout)).toEqual({
      code: "policy",
      sentence: "The cluster's policy freeze refuses this rollback: Deliveries are frozen.",
      who: "whoever owns the policy freeze",
      commands: [],
    });
  });

  test("a webhook's 403 is no missing permission", () => {
    const said = 'admission webhook "guard.example.com" denied the request: image not signed';
    expect(refusalOf(answer(403, said), checkout)).toMatchObject({
      code: "policy",
      sentence: "The cluster's policy guard.example.com refuses this rollback: image not signed",
    });
    const rbac = 'deployments.apps "checkout" is forbidden: User "kg" cannot patch resource';
    expect(refusalOf(answer(403, rbac), checkout)).toMatchObject({ code: "permission" });
  });

  test("an invalid template names its fields", () => {
    const causes = [{ reason: "FieldValueRequired", message: "Required value", field: "spec.x" }];
    expect(refusalOf(answer(422, "invalid", { causes }), checkout)).toMatchObject({
      code: "invalid-template",
      sentence: "The cluster no longer accepts this old template: spec.x: Required value",
    });
  });

  test("what may have acted is only what a server in trouble answered to a write", () => {
    expect(refusalOf(answer(504, "etcd timed out"), checkout)).toBeNull();
    const error = errorOfStatus(answer(504, "etcd timed out"), { mutates: true });
    expect(error).toMatchObject({ code: "failed", mayHaveActed: true });
    expect(error.sentence).toContain("Whether it acted is unknown");
    expect(errorOfStatus(answer(504, "etcd timed out")).mayHaveActed).toBe(false);
    for (const status of [400, 401, 409, 413, 429]) {
      expect(errorOfStatus(answer(status, "no"), { mutates: true }).mayHaveActed).toBe(false);
    }
  });
});
