import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import {
  type KubernetesSandbox,
  startKubernetes,
} from "../../../sandbox/kubernetes/start-kubernetes.ts";
import { connectWith } from "./contract-cluster";
import { guardOf, Hands, installFreezePolicy, type Json } from "./contract-guard";

const Role = z.object({
  kind: z.literal("ClusterRole"),
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
    }),
  ),
});

/** What the ClusterRole in a manifest grants: "get applications.argoproj.io". */
function grantedBy(file: string): string[] {
  const path = new URL(`../../../deploy/kubernetes/${file}.yaml`, import.meta.url);
  const [role] = parseAllDocuments(readFileSync(path, "utf8")).flatMap(
    (document) => Role.safeParse(document.toJS()).data ?? [],
  );
  return (role?.rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)),
    ),
  );
}

let sandbox: KubernetesSandbox;
beforeAll(async () => {
  sandbox = await startKubernetes({ tokens: { root: { user: "admin", rules: "admin" } } });
});
afterAll(() => sandbox.stop());

/** What was asked for while `work` ran, as an authorizer sees it. */
async function neededFor(work: () => Promise<unknown>): Promise<Set<string>> {
  const before = sandbox.requests.length;
  await work();
  return new Set(
    sandbox.requests.slice(before).map(({ method, path }) => {
      const { pathname } = new URL(path, sandbox.url);
      const [, group = "", plural, name] =
        /^\/apis?(?:\/([a-z0-9.]+))?\/v\d[a-z0-9]*\/(?:namespaces\/[^/]+\/)?([a-z]+)(?:\/([^/]+))?$/.exec(
          pathname,
        ) ?? [];
      const verbs: Record<string, string> = { POST: "create", PATCH: "patch", DELETE: "delete" };
      return `${verbs[method] ?? (name ? "get" : "list")} ${plural}.${group}`;
    }),
  );
}

test("the role for owners covers all that pausing and resuming them asks, and nothing else", async () => {
  const settings = { server: sandbox.url, token: "root" };
  const admin = new Hands(settings);
  const guard = guardOf(connectWith(settings));
  for (const name of ["shop", "argocd"]) {
    await admin.must("POST", "/api/v1/namespaces", { metadata: { name } });
  }
  const put = (apiVersion: string, namespace: string, kind: string, metadata: Json, spec: Json) => {
    const path = `/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s`;
    return admin.must("POST", path, {
      apiVersion,
      kind,
      metadata: { namespace, ...metadata },
      spec,
    });
  };
  const argo = "argoproj.io/v1alpha1";
  const set = await put(argo, "argocd", "ApplicationSet", { name: "all" }, { generators: [] });
  const { uid } = set.metadata as Json;
  const ownerReferences = [{ apiVersion: argo, kind: "ApplicationSet", name: "all", uid }];
  const policy = { syncPolicy: { automated: { selfHeal: true } } };
  await put(argo, "argocd", "Application", { name: "web", ownerReferences }, policy);
  await put("kustomize.toolkit.fluxcd.io/v1", "shop", "Kustomization", { name: "web" }, {});
  await put("helm.toolkit.fluxcd.io/v2", "shop", "HelmRelease", { name: "web" }, {});
  const template = {
    metadata: { labels: { app: "web" } },
    spec: { containers: [{ name: "web", image: "web:1" }] },
  };
  await admin.must("POST", "/apis/apps/v1/namespaces/shop/deployments", {
    metadata: {
      name: "web",
      labels: { "kustomize.toolkit.fluxcd.io/name": "web", "helm.toolkit.fluxcd.io/name": "web" },
      annotations: { "argocd.argoproj.io/tracking-id": "web:apps/Deployment:shop/web" },
    },
    spec: { selector: { matchLabels: { app: "web" } }, template },
  });
  const needed = await neededFor(async () => {
    const owners = await guard.owners({ namespace: "shop", name: "web" });
    expect(owners).toHaveLength(3);
    for (const { kind, namespace, name } of owners) {
      const request = { kind, namespace, name, mark: "R-1", reason: "rolling back" };
      expect((await guard.pauseOwner(request)).outcome).toBe("held");
      expect((await guard.readOwner(request)).state).toBe("held");
      expect((await guard.resumeOwner({ ...request, was: null })).outcome).toBe("released");
    }
  });
  // The Deployment itself is base.yaml's.
  needed.delete("get deployments.apps");
  expect([...needed].sort()).toEqual(grantedBy("owners").sort());
});

test("the role of the freeze policy covers all that holding deliveries asks, and nothing else", async () => {
  const settings = { server: sandbox.url, token: "root" };
  const admin = new Hands(settings);
  await admin.must("POST", "/api/v1/namespaces", { metadata: { name: "frozen" } });
  const installed = await installFreezePolicy(admin);
  expect(installed).not.toHaveProperty("because");
  const guard = guardOf(connectWith(settings));
  const hold = { freezeId: "F-1", namespace: "frozen" };
  const needed = await neededFor(async () => {
    const answer = await guard.holdDeliveries({
      ...{ ...hold, deployments: "*" as const, images: [], reason: "rolling back" },
      ...{ incidentId: null, until: new Date(Date.now() + 60_000), url: "http://known-good" },
    });
    expect(answer.outcome).toBe("held");
    expect((await guard.readDeliveryHold(hold)).state).toBe("held");
    expect((await guard.releaseDeliveries(hold)).outcome).toBe("released");
  });
  // An API server asks for this too where what is applied isn't there yet.
  needed.add("create configmaps.");
  expect([...needed].sort()).toEqual(grantedBy("freeze-policy").sort());
});
