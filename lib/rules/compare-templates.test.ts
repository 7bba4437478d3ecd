import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PodTemplate } from "@/lib/contracts/pod-template";
import { compareTemplates } from "./compare-templates";
import { MASK, maskTemplate } from "./mask-template";

type Container = Record<string, unknown>;

function template(container: Container = {}, rest: Partial<PodTemplate> = {}): PodTemplate {
  return {
    metadata: { labels: { app: "checkout" } },
    ...rest,
    spec: {
      containers: [{ name: "checkout", image: "shop/checkout:v22", ...container }],
      ...rest.spec,
    },
  };
}

describe("compareTemplates", () => {
  test("says what changed, field by field", () => {
    const before = template({
      env: [
        { name: "TIMEOUT_MS", value: "500" },
        { name: "OLD", value: "1" },
        { name: "MODE", valueFrom: { configMapKeyRef: { name: "checkout", key: "mode" } } },
      ],
      resources: { limits: { memory: "512Mi" }, requests: { cpu: "100m" } },
      readinessProbe: { httpGet: { path: "/healthz", port: 8080 } },
      args: ["--workers=4"],
    });
    const after = template({
      image: "shop/checkout:v23",
      env: [
        { name: "TIMEOUT_MS", value: "5000" },
        { name: "MODE", valueFrom: { configMapKeyRef: { name: "checkout-2", key: "mode" } } },
        { name: "NEW", value: "" },
      ],
      envFrom: [{ secretRef: { name: "payments" } }],
      resources: { limits: { memory: "256Mi", cpu: "1" } },
      readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
      args: ["--workers=8"],
    });
    expect(compareTemplates(before, after)).toEqual([
      "image checkout v22 → v23",
      "env TIMEOUT_MS 500 → 5000",
      "env OLD removed (was 1)",
      "env MODE from config map checkout key mode → from config map checkout-2 key mode",
      'env NEW added: ""',
      "variables from secret payments added",
      "memory limit 512Mi → 256Mi",
      "cpu limit added: 1",
      "cpu request removed (was 100m)",
      "args --workers=4 → --workers=8",
      "readiness probe http get path /healthz → /ready",
    ]);
  });

  test("names containers when there are several, and tells of new and lost ones", () => {
    const one = { name: "checkout", image: "shop/checkout:v22" };
    const proxy = { name: "proxy", image: "shop/proxy:1" };
    const before = template({}, { spec: { containers: [one] } });
    const after = template(
      {},
      { spec: { containers: [{ ...one, tty: true }, proxy], initContainers: [proxy] } },
    );
    expect(compareTemplates(before, after)).toEqual([
      "tty added: true (container checkout)",
      "container proxy added (shop/proxy:1)",
      "init container proxy added (shop/proxy:1)",
    ]);
    expect(compareTemplates(after, before)).toContain("container proxy removed (shop/proxy:1)");
  });

  test("whole image names when the repository changes, short digests when it doesn't", () => {
    const image = (name: string) => template({ image: name });
    const digest = (letter: string) => `shop/checkout@sha256:${letter.repeat(64)}`;
    expect(compareTemplates(image("a/x:1"), image("b/x:1"))).toEqual([
      "image checkout a/x:1 → b/x:1",
    ]);
    expect(compareTemplates(image("localhost:5000/x"), image("localhost:5000/x:2"))).toEqual([
      "image checkout latest → 2",
    ]);
    expect(compareTemplates(image(digest("a")), image(digest("b")))).toEqual([
      "image checkout @sha256:aaaaaaaaaaaa → @sha256:bbbbbbbbbbbb",
    ]);
  });

  test("labels, annotations and the Pod's own fields", () => {
    const before = template({}, { metadata: { labels: { app: "checkout", tier: "web" } } });
    const after = template(
      {},
      {
        metadata: { labels: { app: "checkout" }, annotations: { "example.com/team": "payments" } },
        spec: {
          volumes: [{ name: "conf", configMap: { name: "checkout-2" } }],
          tolerations: [{ key: "spot", operator: "Exists" }],
          terminationGracePeriodSeconds: 60,
        },
      },
    );
    expect(compareTemplates(before, after)).toEqual([
      "label tier removed (was web)",
      "annotation example.com/team added: payments",
      "volume conf added: config map name checkout-2",
      "tolerations added: key spot, operator Exists",
      "termination grace period seconds added: 60",
    ]);
  });

  test("what tools write about a delivery is no change", () => {
    const marked = template(
      {},
      {
        metadata: {
          labels: { app: "checkout", "pod-template-hash": "5d8f" },
          annotations: { "kubernetes.io/change-cause": "v23", "known-good.dev/restoration": "R-1" },
        },
      },
    );
    expect(compareTemplates(template(), marked)).toEqual([]);
  });

  test("a secret that changed is told without its values", () => {
    const withKey = (value: string) => template({ env: [{ name: "STRIPE_API_KEY", value }] });
    expect(compareTemplates(withKey("one"), withKey("two"))).toEqual([
      "env STRIPE_API_KEY changed (value hidden)",
    ]);
  });

  test("the order of fields and null fields don't matter", () => {
    const before = template({ env: [{ name: "A", value: "1" }], tty: null });
    const after = template({ env: [{ value: "1", name: "A" }] });
    expect(compareTemplates(before, after)).toEqual([]);
  });
});

/** Where a secret can sit in a template, in literal form. */
const hidingPlaces: ((secret: string) => PodTemplate)[] = [
  (value) => template({ env: [{ name: "DB_PASSWORD", value }] }),
  (value) => template({ env: [{ name: "githubToken", value }] }),
  (value) => template({ env: [{ name: "SENTRY_DSN", value }] }),
  (value) => template({ env: [{ name: "DATABASE_URL", value: `postgres://app:${value}@db/x` }] }),
  (value) => template({ env: [{ name: "OPTS", value: `--user a --password=${value}` }] }),
  (value) => template({ args: [`--api-key=${value}`] }),
  (value) => template({ args: ["--token", value] }),
  (value) => template({ command: ["sh", "-c", `run --db-password ${value}`] }),
  (value) => template({}, { metadata: { annotations: { "example.com/api-key": value } } }),
  (value) =>
    template({
      livenessProbe: {
        httpGet: { path: "/", httpHeaders: [{ name: "X-Api-Key", value }] },
      },
    }),
];

describe("secrets", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
  const place = fc.constantFrom(...hidingPlaces);

  test("never leave compareTemplates, whichever side they are on", () => {
    fc.assert(
      fc.property(secret, secret, place, place, (one, other, here, there) => {
        const lines = [
          ...compareTemplates(here(one), there(other)),
          ...compareTemplates(template(), here(one)),
          ...compareTemplates(here(one), template()),
        ].join("\n");
        expect(lines).not.toContain(one);
        expect(lines).not.toContain(other);
      }),
    );
  });

  test("never leave maskTemplate, which keeps everything else", () => {
    fc.assert(
      fc.property(secret, place, (value, here) => {
        const text = JSON.stringify(maskTemplate(here(value)));
        expect(text).not.toContain(value);
        expect(text).toContain(MASK);
      }),
    );
    const plain = template({
      env: [
        { name: "TIMEOUT_MS", value: "500" },
        { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
      ],
      image: "registry/secret:v1",
    });
    expect(maskTemplate(plain)).toEqual(plain);
  });
});

test.each([
  "hvs.CAESIJabcdefghijklmnop",
  "npm_abcdefABCDEF0123456789abcdefABCDEF01",
  "SG.abcdefghijklmnop.qrstuvwxyz0123456789",
  "rk_live_abcdefghijkl1234",
  "shop:hunter2@tcp(db:3306)/shop",
  "https://0123456789abcdef@errors.example/2",
  "https://files.example/c?sv=2020&sig=abcdef0123",
])("what is masked in a text that is kept is masked in a template, too: %s", (value) => {
  const places = [
    template({ env: [{ name: "SETTING", value }] }),
    template({ args: ["--setting", value] }),
    template({}, { metadata: { annotations: { "example.com/note": value } } }),
  ];
  for (const place of places) {
    expect(compareTemplates(template(), place).join()).toContain(MASK);
    expect(JSON.stringify(maskTemplate(place))).not.toContain(value);
  }
});

test("a checksum, which looks like part of a key, stays: that it changed is the news", () => {
  const noted = (letter: string) =>
    template({}, { metadata: { annotations: { "checksum/config": letter.repeat(64) } } });
  expect(compareTemplates(noted("a"), noted("b"))).toEqual([
    `annotation checksum/config ${"a".repeat(64)} → ${"b".repeat(64)}`,
  ]);
});

test("a ConfigMap named by its content changes its name, in one line", () => {
  const from = (name: string, prefix?: string) => ({
    spec: {
      containers: [
        { name: "app", envFrom: [{ ...(prefix && { prefix }), configMapRef: { name } }] },
      ],
    },
  });
  expect(
    compareTemplates(from("settings-5g9m7hf2t4"), from("settings-8k2bt4h9mc", "APP_")),
  ).toEqual([
    "variables from config map settings name settings-5g9m7hf2t4 → settings-8k2bt4h9mc",
    "variables from config map settings prefix added: APP_",
  ]);
});

test("says what the release of an incident often is: a timeout, a memory limit", () => {
  const release = (timeout: string, memory: string) => ({
    spec: {
      containers: [
        {
          name: "app",
          env: [{ name: "TIMEOUT_MS", value: timeout }],
          resources: { limits: { memory } },
        },
      ],
    },
  });
  expect(compareTemplates(release("500", "512Mi"), release("5000", "256Mi"))).toEqual([
    "env TIMEOUT_MS 500 → 5000",
    "memory limit 512Mi → 256Mi",
  ]);
});
