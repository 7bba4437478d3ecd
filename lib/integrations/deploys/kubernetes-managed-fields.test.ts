import { describe, expect, test } from "vitest";
import { lastWriter, lastWriterOfAll, ManagedField } from "./kubernetes-managed-fields";

const TEMPLATE = ["spec", "template"];
const entry = (manager: string, seconds: number, fieldsV1: unknown, more: object = {}) =>
  ManagedField.parse({
    ...{ manager, operation: "Update", fieldsV1 },
    time: `2026-11-23T00:07:${String(seconds).padStart(2, "0")}Z`,
    ...more,
  });
const image = {
  "f:spec": { "f:template": { "f:spec": { 'k:{"name":"app"}': { "f:image": {} } } } },
};
const cause = { "f:metadata": { "f:annotations": { "f:kubernetes.io/change-cause": {} } } };

describe("who wrote the template", () => {
  test("the newest entry that owns something of it, whatever others wrote since", () => {
    const entries = [
      entry("kubectl-client-side-apply", 20, image),
      entry("argocd-controller", 25, image),
      entry("kubectl-annotate", 40, cause),
      entry("kube-controller-manager", 50, image, { subresource: "status" }),
    ];
    expect(lastWriter(entries, TEMPLATE)).toEqual({
      manager: "argocd-controller",
      at: "2026-11-23T00:07:25.000Z",
    });
    expect(lastWriterOfAll(entries)?.manager).toBe("kubectl-annotate");
  });

  test("nobody, where nobody owns it or the cluster gives no times", () => {
    expect(lastWriter([entry("kubectl-annotate", 40, cause)], TEMPLATE)).toBeNull();
    expect(lastWriter([], TEMPLATE)).toBeNull();
    expect(lastWriter([entry("old", 1, image, { time: undefined })], TEMPLATE)).toBeNull();
    expect(lastWriterOfAll([entry("", 1, image)])).toBeNull();
  });
});
