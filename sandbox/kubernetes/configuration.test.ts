import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";

let cluster: KubernetesSandbox;
const folder = mkdtempSync(join(tmpdir(), "known-good-configuration-"));
beforeAll(async () => {
  cluster = await startKubernetes({ tokens: { admin: { user: "admin", rules: "admin" } } });
  writeFileSync(join(folder, "config"), cluster.kubeconfig("admin"), { mode: 0o600 });
});
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

/** What stock kubectl prints, with its exit code. */
function kubectl(args: string[], input = ""): Promise<{ text: string; exit: number }> {
  return new Promise((resolve) => {
    const flags = ["--kubeconfig", join(folder, "config"), "--cache-dir", join(folder, "cache")];
    const child = execFile("kubectl", [...flags, ...args], (error, stdout, stderr) => {
      resolve({ text: `${stdout}${stderr}`, exit: error ? Number(error.code ?? 1) : 0 });
    });
    child.stdin?.end(input);
  });
}

const hasKubectl = (await kubectl(["version", "--client"])).exit === 0;

const AUTOSCALER = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 4
  maxReplicas: 10
`;

describe.runIf(hasKubectl)("configuration by stock kubectl", () => {
  test("ConfigMaps are created, shown, applied, changed and deleted", async () => {
    const made = await kubectl([
      "create",
      "configmap",
      "settings",
      "--from-literal=TIMEOUT_MS=500",
    ]);
    expect(made).toEqual({ text: "configmap/settings created\n", exit: 0 });
    const manifest =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\ndata: { A: one }\n";
    expect((await kubectl(["apply", "-f", "-"], manifest)).text).toContain("other created");
    const again = manifest.replace("one", "two");
    expect((await kubectl(["apply", "-f", "-"], again)).text).toContain("other configured");
    const read = await kubectl(["get", "configmap", "other", "-o", "jsonpath={.data.A}"]);
    expect(read.text).toBe("two");
    expect((await kubectl(["get", "cm"])).text).toMatch(/settings\s+1\s+\d+s/);
    const patch = ["patch", "configmap", "settings", "--type=merge", "-p"];
    expect((await kubectl([...patch, '{"data":{"TIMEOUT_MS":"5000"}}'])).text).toContain("patched");
    expect((await kubectl(["delete", "configmap", "settings"])).text).toContain("deleted");
  }, 60_000);

  test("Secrets keep stringData as data; what is immutable stays", async () => {
    const manifest =
      "apiVersion: v1\nkind: Secret\nmetadata: { name: keys }\nimmutable: true\nstringData: { A: one }\n";
    expect((await kubectl(["apply", "-f", "-"], manifest)).text).toContain("keys created");
    const read = await kubectl(["get", "secret", "keys", "-o", "jsonpath={.data.A}"]);
    expect(read.text).toBe(Buffer.from("one").toString("base64"));
    const refused = await kubectl(["apply", "-f", "-"], manifest.replace("one", "two"));
    expect(refused.text).toContain("field is immutable when `immutable` is set");
    expect(refused.exit).toBe(1);
  }, 60_000);

  test("pods wait for what they need, say so, and start once it is there", async () => {
    const container = { name: "app", image: "shop/app:v1", envFrom: [] };
    const needs = { ...container, envFrom: [{ configMapRef: { name: "needed" } }] };
    const release = (revision: number, one: typeof container, at: number) => ({
      ...{ revision, at: new Date(at), template: { spec: { containers: [one] } } },
    });
    const place = { namespace: "default", name: "waiting" };
    cluster.seed({
      ...place,
      replicas: 1,
      selector: { app: "w" },
      history: [release(1, container, 0)],
    });
    const patch = JSON.stringify({ spec: { template: { spec: { containers: [needs] } } } });
    await kubectl(["patch", "deployment", "waiting", "-p", patch]);
    await expect
      .poll(async () => (await kubectl(["get", "pods"])).text, { timeout: 15_000 })
      .toContain("CreateContainerConfigError");
    expect((await kubectl(["get", "events"])).text).toContain('configmap "needed" not found');
    expect(cluster.serving("default", "waiting")).toMatchObject([{ revision: 1 }]);
    cluster.seedConfigMap({ namespace: "default", name: "needed", data: { A: "1" } });
    await expect
      .poll(() => cluster.serving("default", "waiting"), { timeout: 15_000 })
      .toMatchObject([{ revision: 2, readyReplicas: 1 }]);
  }, 60_000);

  test("autoscalers are applied and shown", async () => {
    expect((await kubectl(["apply", "-f", "-"], AUTOSCALER)).text).toContain("web created");
    expect((await kubectl(["get", "hpa"])).text).toMatch(
      /web\s+Deployment\/web\s+\S+\s+4\s+10\s+0/,
    );
    const wrong = AUTOSCALER.replace("maxReplicas: 10", "maxReplicas: 2");
    expect((await kubectl(["apply", "-f", "-"], wrong)).text).toContain("spec.maxReplicas");
  }, 60_000);
});
