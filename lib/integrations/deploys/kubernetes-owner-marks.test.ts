import { describe, expect, test } from "vitest";
import { durationSeconds } from "./kubernetes-flux";
import { type Marked, ownersByMarks } from "./kubernetes-owner-marks";

const TRACKING = "argocd.argoproj.io/tracking-id";

const owners = (more: Partial<Marked>) =>
  ownersByMarks(
    { namespace: "shop", name: "web", labels: {}, annotations: {}, managedFields: [], ...more },
    "argocd",
  ).map(({ kind, namespace, name, isCertain }) => [kind, `${namespace}/${name}`, isCertain]);

describe("owners by their marks", () => {
  test("none", () => {
    expect(owners({})).toEqual([]);
  });

  test.each([
    ["web:apps/Deployment:shop/web", [["argo-cd", "argocd/web", true]]],
    ["team_web:apps/Deployment:shop/web", [["argo-cd", "team/web", true]]],
    ["web:apps/Deployment:shop/other", []],
    ["web:apps/StatefulSet:shop/web", []],
    ["nonsense", []],
    ["", []],
  ])("tracking id %s", (id, expected) => {
    expect(owners({ annotations: { [TRACKING]: id } })).toEqual(expected);
  });

  test("Argo CD's own label is certain, the common one isn't", () => {
    expect(owners({ labels: { "argocd.argoproj.io/instance": "web" } })).toEqual([
      ["argo-cd", "argocd/web", true],
    ]);
    expect(owners({ labels: { "app.kubernetes.io/instance": "web" } })).toEqual([
      ["argo-cd", "argocd/web", false],
    ]);
  });

  test("several at once; helm-controller's marks are not plain Helm's", () => {
    const labels = {
      "kustomize.toolkit.fluxcd.io/name": "apps",
      "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
      "helm.toolkit.fluxcd.io/name": "web",
    };
    const annotations = {
      [TRACKING]: "web:apps/Deployment:shop/web",
      "meta.helm.sh/release-name": "web",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    };
    expect(owners({ labels, annotations })).toEqual([
      ["argo-cd", "argocd/web", true],
      ["flux-kustomization", "flux-system/apps", true],
      ["flux-helm-release", "shop/web", true],
    ]);
  });

  test("kubectl apply: by its record, or by the fields it owns", () => {
    const fieldsV1 = { "f:spec": { "f:template": {} } };
    const by = (manager: string, operation: string) =>
      owners({ managedFields: [{ manager, operation, fieldsV1 }] });
    expect(by("kubectl", "Apply")).toEqual([["kubectl-apply", "shop/web", true]]);
    expect(by("kubectl-client-side-apply", "Update")).toEqual([
      ["kubectl-apply", "shop/web", true],
    ]);
    expect(by("kubectl-set", "Update")).toEqual([]);
  });
});

test.each([
  ["10m0s", 600],
  ["1h", 3_600],
  ["1h2m3.5s", 3_723.5],
  ["500ms", 0.5],
  ["soon", null],
  ["", null],
  [null, null],
])("an interval of %s is %s s", (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});
