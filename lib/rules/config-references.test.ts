import { expect, test } from "vitest";
import { configNeeds, configReferences } from "./config-references";

const templateOf = (spec: Record<string, unknown>) => ({ spec });

test("finds every way in which a pod can refer to a ConfigMap or Secret", () => {
  const template = templateOf({
    initContainers: [{ name: "init", envFrom: [{ secretRef: { name: "init-secret" } }] }],
    containers: [
      {
        name: "app",
        env: [
          { name: "PLAIN", value: "1" },
          { name: "A", valueFrom: { configMapKeyRef: { name: "one", key: "a" } } },
          { name: "B", valueFrom: { secretKeyRef: { name: "two", key: "b", optional: true } } },
          { name: "C", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        ],
        envFrom: [{ prefix: "X_", configMapRef: { name: "all", optional: true } }],
        volumeMounts: [
          { name: "files", mountPath: "/etc/app" },
          { name: "one-file", mountPath: "/etc/x", subPath: "x" },
        ],
      },
    ],
    volumes: [
      { name: "files", configMap: { name: "mounted", items: [{ key: "k", path: "k" }] } },
      { name: "one-file", secret: { secretName: "certificate" } },
      {
        name: "files",
        projected: {
          sources: [
            { configMap: { name: "projected" } },
            { secret: { name: "projected", optional: true } },
            { downwardAPI: {} },
          ],
        },
      },
      { name: "cache", emptyDir: {} },
    ],
  });
  expect(
    configReferences(template).map(({ objectKind, name, keys, optional, noticed }) =>
      [objectKind, name, keys?.join() ?? "*", optional ? "optional" : "needed", noticed].join(" "),
    ),
  ).toEqual([
    "Secret init-secret * needed at-restart",
    "ConfigMap one a needed at-restart",
    "Secret two b optional at-restart",
    "ConfigMap all * optional at-restart",
    "ConfigMap mounted k needed while-running",
    "Secret certificate * needed at-restart",
    "ConfigMap projected * needed while-running",
    "Secret projected * optional while-running",
  ]);
});

test("folds what refers to one object into one need", () => {
  const env = (name: string, key: string, optional = false) => ({
    name,
    valueFrom: { configMapKeyRef: { name: "settings", key, optional } },
  });
  const needs = configNeeds(
    templateOf({
      containers: [{ name: "app", env: [env("A", "a"), env("B", "b", true), env("C", "a")] }],
    }),
  );
  expect(needs).toEqual([
    {
      objectKind: "ConfigMap",
      name: "settings",
      keys: ["a", "b"],
      requiredKeys: ["a"],
      isRequired: true,
      noticed: "at-restart",
    },
  ]);
  const [all] = configNeeds(
    templateOf({
      containers: [
        { name: "app", env: [env("A", "a")], envFrom: [{ configMapRef: { name: "settings" } }] },
      ],
    }),
  );
  expect(all).toMatchObject({ keys: null, requiredKeys: ["a"] });
});

test("anything else in their place is passed over", () => {
  for (const odd of [null, 7, "x", [null], [{ env: 3 }], [{ envFrom: [{ configMapRef: 1 }] }]]) {
    expect(configReferences(templateOf({ containers: odd, volumes: odd }))).toEqual([]);
  }
});
