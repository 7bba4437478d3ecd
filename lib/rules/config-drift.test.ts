import { expect, test } from "vitest";
import { driftFromApplied, readApplied } from "./config-drift";

const applied = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  spec: {
    replicas: 3,
    template: {
      metadata: { labels: { app: "web" }, creationTimestamp: null },
      spec: {
        containers: [
          {
            name: "app",
            image: "shop/web:v2",
            env: [
              { name: "TIMEOUT_MS", value: "500" },
              { name: "API_TOKEN", value: "one" },
            ],
            ports: [{ containerPort: 8080 }],
            resources: { limits: { cpu: "0.5", memory: "256Mi" } },
          },
        ],
      },
    },
  },
};

/** As a server gives it back: defaults filled in, quantities in its own form. */
const live = (env: Record<string, string>, image = "shop/web:v2", memory = "256Mi") => ({
  metadata: { labels: { app: "web" } },
  spec: {
    containers: [
      {
        name: "app",
        image,
        imagePullPolicy: "IfNotPresent",
        env: Object.entries(env).map(([name, value]) => ({ name, value })),
        ports: [{ containerPort: 8080, protocol: "TCP" }],
        resources: { limits: { cpu: "500m", memory } },
        terminationMessagePath: "/dev/termination-log",
      },
    ],
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
  },
});

const asApplied = readApplied(JSON.stringify(applied));

test("what the server fills in is no drift", () => {
  if (!asApplied) throw new Error("it can be read");
  expect(asApplied.replicas).toBe(3);
  expect(driftFromApplied(asApplied, live({ TIMEOUT_MS: "500", API_TOKEN: "one" }))).toEqual([]);
});

test("fields that differ are named, secrets are masked", () => {
  if (!asApplied) throw new Error("it can be read");
  const now = live({ TIMEOUT_MS: "5000", API_TOKEN: "two", EXTRA: "1" }, "shop/web:v1", "512Mi");
  expect(driftFromApplied(asApplied, now)).toEqual([
    "image app v2 → v1",
    "env TIMEOUT_MS 500 → 5000",
    "env API_TOKEN changed (value hidden)",
    "env EXTRA added: 1",
    "memory limit 256Mi → 512Mi",
  ]);
});

test("an annotation that isn't a Deployment says nothing", () => {
  for (const odd of ["", "{}", "[1]", '{"spec":{"template":7}}', "\u0000"]) {
    expect(readApplied(odd)).toBeNull();
  }
});
