import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectWith } from "./contract-cluster";
import { guardOf } from "./contract-guard";
import { readAutoscaler } from "./kubernetes-autoscaler";
import { transportWith } from "./kubernetes-transport";

/** As 1.20.2 answers what it doesn't serve: policies since 1.30, names since 1.28, autoscaling/v2 since 1.23. */
const NOT_SERVED = {
  ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code: 404 },
  ...{ message: "the server could not find the requested resource", reason: "NotFound" },
  details: {},
};
const AUTOSCALER = {
  metadata: { name: "web", namespace: "shop" },
  spec: {
    ...{ minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
    scaleTargetRef: { kind: "Deployment", name: "web", apiVersion: "apps/v1" },
  },
  status: { currentReplicas: 3, desiredReplicas: 3 },
};

let server: Server;
let url = "";
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isAutoscaler = request.url?.startsWith("/apis/autoscaling/v1/");
    const body = isAutoscaler ? { items: [AUTOSCALER] } : NOT_SERVED;
    request.resume();
    response.writeHead(isAutoscaler ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test("a freeze says which clusters have policies, though this one doesn't tell our name either", async () => {
  const guard = guardOf(connectWith({ server: url, token: "any" }));
  const answer = await guard.holdDeliveries({
    ...{ freezeId: "F-1", namespace: "shop", deployments: ["web"], images: [] },
    ...{ reason: "rolling back", incidentId: null, url: "http://known-good" },
    until: new Date(Date.now() + 60_000),
  });
  expect(answer).toMatchObject({ outcome: "refused", who: "a cluster admin" });
  expect(JSON.stringify(answer)).toContain("which Kubernetes has since 1.30");
  expect(asked.filter((one) => /^(PATCH|DELETE)/.test(one))).toEqual([]);
});

test("an autoscaler is read in the version that the cluster serves", async () => {
  const credentials = async () => ({ server: url, headers: {}, tls: {}, proxyAgent: null });
  const found = await readAutoscaler(transportWith(credentials, 5_000), {
    namespace: "shop",
    name: "web",
  });
  expect(found).toMatchObject({ spec: { minReplicas: 2, maxReplicas: 5 } });
});
