import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { KubeClient, type KubeObject } from "../gitops/kube-client.ts";
import { NAMESPACE, SERVICES } from "./catalogue.ts";
import { type Shop, type ShopOptions, startShop } from "./start-shop.ts";
import { TOKENS } from "./tokens.ts";

vi.setConfig({ testTimeout: 60_000 });

const WITHIN = { timeout: 30_000, interval: 50 };
const QUICK = { checksMs: 100, buildMs: 50, podReadyMs: 30, askAgainMs: 200, competingMs: 0 };

let shop: Shop;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const begin = async (more: ShopOptions = {}) => {
  shop = await startShop({ scenario: "gitops", selfHealMs: 300, ...QUICK, ...more });
};
const client = (token: string, manager: string) => {
  const made = new KubeClient(shop.kubernetes.url, token, manager);
  ends.push(() => made.stop());
  return made;
};
type Live = KubeObject & {
  spec: { template: { spec: { containers: { image: string }[] } } };
};
const deployment = (name: string) => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment" },
  metadata: { namespace: NAMESPACE, name },
});
const live = async (name: string) => {
  const found = await client(TOKENS.clusterAdmin, "kubectl").get<Live>(deployment(name));
  if (!found) throw new Error(`There is no Deployment ${name}.`);
  return found;
};
const imageOf = async (name: string) => (await live(name)).spec.template.spec.containers[0]?.image;
const rollBack = async (name: string, image = "registry.shop.example/checkout:000000000000") => {
  const patch = { spec: { template: { spec: { containers: [{ name, image }] } } } };
  await client(TOKENS.cluster, "known-good").patch(deployment(name), "strategic-merge", patch);
};
const deliveryOf = (service: string) =>
  shop.deliveries().findLast((one) => one.service === service);

const POLICY = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingAdmissionPolicy",
  metadata: { name: "nothing-new" },
  spec: {
    failurePolicy: "Fail",
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ["apps"],
          apiVersions: ["v1"],
          operations: ["UPDATE"],
          resources: ["deployments"],
        },
      ],
    },
    validations: [
      {
        expression: "object.spec.template == oldObject.spec.template",
        message: "deliveries are held back",
      },
    ],
  },
};

describe("one shop, in this order", () => {
  beforeAll(() => begin());
  afterAll(() => shop.stop());

  test("every owner has marked what it keeps, and nothing rolled because of it", async () => {
    const marks = await Promise.all(
      SERVICES.map(async ({ name }) => {
        const { metadata } = await live(name);
        return { name, marks: { ...metadata.labels, ...metadata.annotations } };
      }),
    );
    const of = (name: string) => marks.find((one) => one.name === name)?.marks;
    expect(of("checkout")).toMatchObject({
      "argocd.argoproj.io/tracking-id": "checkout:apps/Deployment:shop/checkout",
    });
    expect(of("catalog")).toMatchObject({ "kustomize.toolkit.fluxcd.io/name": "catalog" });
    expect(of("payments")).toMatchObject({ "helm.toolkit.fluxcd.io/name": "payments" });
    expect(of("storefront")).toMatchObject({
      "app.kubernetes.io/managed-by": "Helm",
      "meta.helm.sh/release-name": "storefront",
    });
    expect(of("storefront")).not.toHaveProperty(["helm.toolkit.fluxcd.io/name"]);
    for (const { name } of SERVICES)
      expect(shop.kubernetes.serving(NAMESPACE, name)).toHaveLength(1);
  });

  test("pods of the bad version say what fails, and what they shouldn't; those that crashed said why", async () => {
    const pods = shop.kubernetes.podsOf(NAMESPACE, "checkout");
    const read = async (query: string) => {
      const texts = await Promise.all(
        pods.map(async ({ metadata: { name } }) => {
          const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}/log${query}`;
          const headers = { authorization: `Bearer ${TOKENS.cluster}` };
          const response = await fetch(shop.kubernetes.url + path, { headers });
          return response.ok ? response.text() : "";
        }),
      );
      return texts.join("");
    };
    const all = await read("");
    expect(all).toContain("TypeError: Cannot read properties of undefined (reading 'trim')");
    expect(all).toMatch(/\n {4}at tidied \(\/app\/services\/checkout\/src\/address\.ts/);
    expect(all).toContain("Authorization: Bearer tok-");
    expect(await read("?previous=true")).toContain(
      "postgres://checkout:pw-do-not-show@db/checkout",
    );
    expect(await read("?previous=true&tailLines=4")).toContain("FATAL uncaught exception");
  });

  test("other teams' deliveries arrive through whoever keeps each service", async () => {
    const names = SERVICES.map(({ name }) => name);
    const before = await Promise.all(names.map(imageOf));
    for (const name of names) await shop.deliver(name);
    await expect
      .poll(() => names.map((name) => deliveryOf(name)?.state), WITHIN)
      .toEqual(names.map(() => "delivered"));
    const after = await Promise.all(names.map(imageOf));
    expect(after.filter((image, index) => image === before[index])).toEqual([]);
  });

  test("what the cluster refuses is told with its words, by the delivery and by Argo CD", async () => {
    const admin = client(TOKENS.clusterAdmin, "kubectl");
    await admin.create(POLICY);
    const binding = {
      ...{ apiVersion: POLICY.apiVersion, kind: "ValidatingAdmissionPolicyBinding" },
      metadata: { name: "nothing-new" },
      spec: { policyName: "nothing-new", validationActions: ["Deny"] },
    };
    await admin.create(binding);
    await shop.deliver("storefront");
    await expect.poll(() => deliveryOf("storefront")?.state, WITHIN).toBe("failed");
    expect(deliveryOf("storefront")?.message).toContain("deliveries are held back");
    await shop.deliver("checkout");
    await expect.poll(() => deliveryOf("checkout")?.state, WITHIN).toBe("failed");
    expect(deliveryOf("checkout")?.message).toMatch(
      /^one or more objects failed to apply, reason: .*deliveries are held back/,
    );
    await admin.delete(binding);
    await expect.poll(() => deliveryOf("checkout")?.state, WITHIN).toBe("delivered");
    shop.deliverAgain(deliveryOf("storefront")?.id ?? 0);
    await expect.poll(() => deliveryOf("storefront")?.state, WITHIN).toBe("delivered");
  });

  test("a rollback is taken back unless Argo CD is paused first; then it stays", async () => {
    const bad = await imageOf("checkout");
    await rollBack("checkout");
    await expect.poll(() => imageOf("checkout"), WITHIN).toBe(bad);
    const app = {
      ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
      metadata: { namespace: "argocd", name: "checkout" },
    };
    await client(TOKENS.cluster, "known-good").patch(app, "merge", {
      spec: { syncPolicy: { automated: { enabled: false } } },
    });
    await rollBack("checkout");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await imageOf("checkout")).not.toBe(bad);
  });
});

test("a delivery waits while the gate is closed and goes when it opens", async () => {
  let isFrozen = true;
  const asked: string[] = [];
  const gate = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    response.writeHead(isFrozen ? 423 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ reason: "checkout is being restored" }));
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  ends.push(() => new Promise((resolve) => gate.close(resolve)));
  const { port } = gate.address() as AddressInfo;
  await begin({ gate: { url: `http://127.0.0.1:${port}/api/gate`, token: "kg_test" } });
  ends.unshift(() => shop.stop());
  await shop.deliver("storefront");
  await expect
    .poll(() => deliveryOf("storefront"), WITHIN)
    .toMatchObject({ state: "held", message: "frozen: checkout is being restored" });
  const sha = await shop.github.head();
  expect(asked[0]).toBe(`Bearer kg_test /api/gate?service=storefront&sha=${sha}`);
  isFrozen = false;
  await expect.poll(() => deliveryOf("storefront")?.state, WITHIN).toBe("delivered");
});
