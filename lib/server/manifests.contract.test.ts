import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as models from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { findKubectl } from "@/e2e/real-parts/find-kubectl";
import { kubernetes } from "@/lib/integrations/deploys/kubernetes";
import { adapters } from "@/lib/integrations/registry";
import { type KubernetesSandbox, startKubernetes } from "@/sandbox/kubernetes/start-kubernetes";
import { parseConfig } from "./config";
import { EnvSchema } from "./env";

const run = promisify(execFile);
const root = process.cwd();
const FILES = ["base", "embedded", "postgresql", "freeze-policy", "owners"].map(
  (name) => `deploy/kubernetes/${name}.yaml`,
);
const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
});
type Manifest = z.infer<typeof Manifest>;

function manifestsIn(file: string): Manifest[] {
  const text = readFileSync(join(root, file), "utf8");
  return parseAllDocuments(text).map((document) => Manifest.parse(document.toJS()));
}

const all = FILES.flatMap((file) => manifestsIn(file).map((manifest) => ({ file, manifest })));
const base = manifestsIn(FILES[0] ?? "");
const of = (kind: string, name: string) =>
  base.find((one) => one.kind === kind && one.metadata.name === name) ?? {};

type Field = { baseName: string; type: string };
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The published description of a kind, from the generated client. */
function fieldsOf(type: string): Field[] | null {
  const model: unknown = new Map<string, unknown>(Object.entries(models)).get(type);
  if (typeof model !== "function" || !("getAttributeTypeMap" in model)) return null;
  const { getAttributeTypeMap } = model;
  return typeof getAttributeTypeMap === "function" ? getAttributeTypeMap.call(model) : null;
}

/** Paths of fields that the kind doesn't have, or whose value isn't of its type. */
function misfits(value: unknown, type: string, path: string): string[] {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, index) => misfits(item, list, `${path}[${index}]`));
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map) {
    if (!isRecord(value)) return [`${path} is no map`];
    return Object.entries(value).flatMap(([key, item]) => misfits(item, map, `${path}.${key}`));
  }
  const fields = fieldsOf(type);
  if (fields) {
    if (!isRecord(value)) return [`${path} is no ${type}`];
    return Object.entries(value).flatMap(([key, item]) => {
      const field = fields.find((one) => one.baseName === key);
      return field ? misfits(item, field.type, `${path}.${key}`) : [`${path}.${key} is unknown`];
    });
  }
  if (type === "IntOrString") return /^(string|number)$/.test(typeof value) ? [] : [path];
  return type === typeof value || !/^(string|number|boolean)$/.test(type)
    ? []
    : [`${path} is no ${type}`];
}

const typeOf = ({ apiVersion, kind }: Manifest) =>
  `${apiVersion.split("/").at(-1)?.replace(/^v/, "V")}${kind}`;

test.each(all)("$file: $manifest.kind $manifest.metadata.name has the kind's fields", (one) => {
  expect(fieldsOf(typeOf(one.manifest))).not.toBeNull();
  expect(misfits(one.manifest, typeOf(one.manifest), one.manifest.kind)).toEqual([]);
});

test("a field that a kind doesn't have is found", () => {
  const wrong = { apiVersion: "v1", kind: "Service", spec: { port: 80, selector: { a: 1 } } };
  expect(misfits(wrong, "V1Service", "Service")).toEqual([
    "Service.spec.port is unknown",
    "Service.spec.selector.a is no string",
  ]);
});

describe("what is mounted and set is what the program reads", () => {
  const { data: file } = z
    .object({ data: z.record(z.string(), z.string()) })
    .parse(of("ConfigMap", "known-good-file"));
  const { data: settings } = z
    .object({ data: z.record(z.string(), z.string()) })
    .parse(of("ConfigMap", "known-good"));
  const { stringData: secrets } = z
    .object({ stringData: z.record(z.string(), z.string()) })
    .parse(of("Secret", "known-good"));

  test("the configuration loads with the secrets that are there", () => {
    const config = parseConfig("known-good.yaml", file["known-good.yaml"] ?? "", secrets, adapters);
    expect(config.sources).toHaveLength(4);
  });

  test("no variable is set that nobody reads", () => {
    const named = [...(file["known-good.yaml"] ?? "").matchAll(/env: (\w+)/g)].map(
      ([, one]) => one,
    );
    const known = new Set([...Object.keys(EnvSchema.shape), ...named]);
    const set = [...Object.keys(settings), ...Object.keys(secrets)];
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("in a cluster", () => {
  const token = "manifests";
  const folder = mkdtempSync(join(tmpdir(), "known-good-manifests-"));
  const config = join(folder, "config");
  let cluster: KubernetesSandbox;

  beforeAll(async () => {
    cluster = await startKubernetes({ tokens: { [token]: { user: "admin", rules: "admin" } } });
    writeFileSync(config, cluster.kubeconfig(token), { mode: 0o600 });
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("kubectl takes every kind that this cluster serves", async ({ skip }) => {
    const kubectl = await findKubectl();
    if (kubectl.part === null) return skip(kubectl.reason);
    // It serves no Services.
    const served = all.filter(({ manifest }) => manifest.kind !== "Service");
    const path = join(folder, "served.json");
    const items = served.map(({ manifest }) => manifest);
    writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    // Their fields are checked above; this cluster publishes no schemas to check them by.
    const args = ["--kubeconfig", config, "apply", "--validate=false", "-f", path];
    const { stdout } = await run(kubectl.part, args, { timeout: 30_000 });
    expect(stdout.trim().split("\n")).toHaveLength(served.length);
    expect(stdout).toContain("statefulset.apps/known-good created");
    expect(stdout).toContain("deployment.apps/known-good created");
    const policy =
      "validatingadmissionpolicy.admissionregistration.k8s.io/known-good-freeze created";
    expect(stdout).toContain(policy);
  });

  test("the ClusterRole covers all that the adapter asks, and nothing else", async () => {
    const adapter = kubernetes.connect(kubernetes.settings.parse({ server: cluster.url, token }), {
      name: "cluster",
      now: () => new Date(),
      log: { warn: () => undefined },
    });
    const asked = cluster.requests.length;
    const template = {
      metadata: { labels: { app: "shop" } },
      spec: {
        containers: [
          { name: "shop", image: "shop:1", envFrom: [{ configMapRef: { name: "settings" } }] },
        ],
      },
    };
    cluster.seedConfigMap({ namespace: "shop", name: "settings", data: { A: "1" } });
    cluster.seed({
      namespace: "shop",
      name: "shop",
      labels: {},
      replicas: 1,
      selector: { app: "shop" },
      history: [
        { revision: 1, template, at: new Date(0), changeCause: "first" },
        {
          revision: 2,
          template: { ...template, spec: { containers: [{ name: "shop", image: "shop:2" }] } },
          at: new Date(1_000),
          changeCause: "second",
        },
      ],
    });
    const name = { namespace: "shop", name: "shop" };
    const stop = new AbortController();
    const current = Promise.withResolvers<void>();
    const configured = Promise.withResolvers<void>();
    const fingerprint = (text: string) => String(text.length);
    const following = adapter.follow(
      {
        onDeployment: async () => current.resolve(),
        onGone: async () => undefined,
        onListed: async () => undefined,
        onCurrent: () => undefined,
        onSilent: (problem) => current.reject(new Error(problem)),
        config: { fingerprint, onConfig: async () => configured.resolve() },
      },
      stop.signal,
    );
    await Promise.all([current.promise, configured.promise]);
    await adapter.readConfig(
      [{ namespace: "shop", objectKind: "ConfigMap", name: "settings" }],
      fingerprint,
    );
    const live = await adapter.read(name);
    await adapter.guard?.readPodEvidence({
      ...{ deployment: name, templateHash: live.templateHash, sinceSeconds: 60 },
      ...{ maxBytes: 100_000, signal: AbortSignal.timeout(10_000) },
    });
    const to = live.revisions[0]?.template;
    if (!to) throw new Error("the seeded history is missing");
    await adapter.previewRollback(name, to);
    const answer = await adapter.rollBack({
      ...name,
      seen: { uid: live.uid, templateHash: live.templateHash },
      template: live.template,
      to,
      changeCause: "back",
      restorationId: "R-1",
    });
    stop.abort();
    await following;
    expect(answer.outcome).toBe("accepted");

    const needed = new Set(
      cluster.requests.slice(asked).map(({ method, path }) => verbOf(method, path)),
    );
    const { rules } = z
      .object({
        rules: z.array(
          z.object({
            apiGroups: z.array(z.string()),
            resources: z.array(z.string()),
            verbs: z.array(z.string()),
          }),
        ),
      })
      .parse(of("ClusterRole", "known-good"));
    const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)),
      ),
    );
    expect([...needed].filter((one) => !granted.includes(one))).toEqual([]);
    // A ReplicaSet is never read alone; a role without get is one that people stumble over.
    expect(granted.filter((one) => !needed.has(one))).toEqual(["get replicasets.apps"]);
  });
});

/** What an authorizer makes of a request: "list deployments.apps". */
function verbOf(method: string, path: string): string {
  const url = new URL(path, "http://cluster");
  const [, group = "", plural, name, part = ""] =
    /^\/apis?(?:\/([a-z0-9.]+))?\/v\d\/(?:namespaces\/[^/]+\/)?([a-z]+)(?:\/([^/]+)(\/[a-z]+)?)?$/.exec(
      url.pathname,
    ) ?? [];
  const reads = url.searchParams.get("watch") ? "watch" : name ? "get" : "list";
  const verb = { GET: reads, POST: "create", PATCH: "patch" }[method] ?? method;
  return `${verb} ${plural}${part}.${group}`;
}

test("both ways of running it are the same Pod but for the database", () => {
  const specs = FILES.slice(1, 3).map((file) => {
    const text = readFileSync(join(root, file), "utf8");
    const { spec } = z.object({ spec: z.object({ template: z.unknown() }) }).parse(parse(text));
    return JSON.stringify(spec.template);
  });
  const plain = (text = "") =>
    text
      .replace(/"env":\[.*?\],"ports"/, '"ports"')
      .replace(',{"name":"data","mountPath":"/data"}', "");
  expect(plain(specs[0])).toBe(plain(specs[1]));
});
