import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DeploySource, ObservedConfig } from "@/lib/integrations/deploy-source";
import { type ContractCluster, connectWith, until } from "./contract-cluster";
import { accountIn, Hands, READS_DEPLOYMENTS } from "./contract-guard";
import type { DeploysTarget } from "./deploys.contract";

const fingerprint = (text: string) => createHmac("sha256", "contract").update(text).digest("hex");

/** A container whose variables, one by one and as a set, come from elsewhere. */
function referring(map: string, secret: string) {
  const variable = { name: "A", valueFrom: { configMapKeyRef: { name: map, key: "A" } } };
  const container = { name: "app", env: [variable], envFrom: [{ secretRef: { name: secret } }] };
  return { spec: { template: { spec: { containers: [container] } } } };
}

/** The configuration around Deployments: followed and read, without a value ever leaving the adapter. */
export function configContract(target: DeploysTarget, cluster: ContractCluster): void {
  const { namespace } = cluster;
  const connect = (kubeconfig: string, secrets: "follow" | "ignore") =>
    connectWith({ kubeconfig, namespaces: [namespace], secrets });

  async function blind(): Promise<DeploySource> {
    if (target.blindKubeconfig) return connect(target.blindKubeconfig, "follow");
    const { kubeconfig } = target;
    const admin = new Hands({ kubeconfig });
    const account = await accountIn(admin, kubeconfig, namespace, "blind", READS_DEPLOYMENTS);
    return connectWith({ ...account, namespaces: [namespace], secrets: "follow" });
  }

  function watch(source: DeploySource) {
    const told: ObservedConfig[] = [];
    const deployments = new Set<string>();
    const silences: string[] = [];
    const stop = new AbortController();
    const done = source.follow(
      {
        onDeployment: async ({ name }) => void deployments.add(name),
        onGone: async () => undefined,
        onListed: async () => undefined,
        onCurrent: () => undefined,
        onSilent: (problem) => void silences.push(problem),
        config: { fingerprint, onConfig: async (config) => void told.push(config) },
      },
      stop.signal,
    );
    onTestFinished(async () => {
      stop.abort();
      await done;
    });
    const last = (name: string) => told.findLast((one) => one.name === name);
    return { told, deployments, silences, last };
  }

  describe("configuration", () => {
    test("is told when it changes and goes, by its keys", async () => {
      await cluster.putConfig("ConfigMap", "app-map", { A: "value-one", B: "value-two" });
      await cluster.putConfig("ConfigMap", "app-other", { A: "value-one" });
      await cluster.putConfig("Secret", "app-keys", { TOKEN: "value-three" });
      await cluster.create("configured", "shop/app:v1");
      await cluster.patch("configured", referring("app-map", "app-keys"));
      const seen = watch(connect(target.kubeconfig, "follow"));
      const first = await until("the ConfigMap", () => seen.last("app-map"));
      const secret = await until("the Secret", () => seen.last("app-keys"));
      expect(Object.keys(first.content?.keys ?? {}).sort()).toEqual(["A", "B"]);
      expect(Object.keys(secret.content?.keys ?? {})).toEqual(["TOKEN"]);
      expect(first.referredBy).toMatchObject([{ deployment: "configured", isLive: true }]);
      expect(secret.referredBy[0]?.need).toMatchObject({ keys: null, isRequired: true });

      await sleep(1_100);
      await cluster.patchConfig("ConfigMap", "app-map", { data: { A: "value-four" } });
      const next = await until("the change", () => {
        const now = seen.last("app-map");
        return now?.content?.keys.A !== first.content?.keys.A ? now : null;
      });
      expect(next.content?.keys.B).toBe(first.content?.keys.B);
      expect((next.content?.changedAt ?? "") > (first.content?.changedAt ?? "")).toBe(true);
      expect(next.content?.uid).toBe(first.content?.uid);

      await cluster.patchConfig("Secret", "app-keys", { data: { TOKEN: null } });
      await until("the key to go", () =>
        Object.keys(seen.last("app-keys")?.content?.keys ?? {}).length === 0 ? true : null,
      );
      await cluster.removeConfig("ConfigMap", "app-map");
      await until("the ConfigMap to go", () =>
        seen.last("app-map")?.content === null ? true : null,
      );
      expect(seen.last("app-other")).toBeUndefined();
      expect(JSON.stringify(seen.told)).not.toMatch(/value-|dmFsdWU/);
    });

    test("an earlier revision's is told too; one that never was is told as missing", async () => {
      await cluster.create("earlier", "shop/app:v1");
      await cluster.patch("earlier", referring("never-map", "earlier-keys"));
      await until("a revision of it", async () =>
        (await cluster.read("earlier")).revision === 2 ? true : null,
      );
      await cluster.putConfig("Secret", "earlier-keys", { TOKEN: "value-five" });
      const containers = [{ $patch: "replace" }, { name: "app", image: "shop/app:v2" }];
      await cluster.patch("earlier", { spec: { template: { spec: { containers } } } });
      const seen = watch(connect(target.kubeconfig, "follow"));
      const secret = await until("the Secret", () => seen.last("earlier-keys"));
      expect(secret.referredBy).toMatchObject([{ deployment: "earlier", isLive: false }]);
      const never = await until("the missing one", () => seen.last("never-map"));
      expect(never.content).toBeNull();
    });

    test("Secrets are left alone unless they are to be followed", async () => {
      await cluster.putConfig("Secret", "left-keys", { TOKEN: "value-six" });
      await cluster.putConfig("ConfigMap", "left-map", { A: "value-six" });
      await cluster.create("left", "shop/app:v1");
      await cluster.patch("left", referring("left-map", "left-keys"));
      const source = connect(target.kubeconfig, "ignore");
      const seen = watch(source);
      await until("the ConfigMap", () => seen.last("left-map"));
      await sleep(200);
      expect(seen.last("left-keys")).toBeUndefined();
      const names = [
        { namespace, objectKind: "Secret", name: "left-keys" } as const,
        { namespace, objectKind: "ConfigMap", name: "left-map" } as const,
        { namespace, objectKind: "ConfigMap", name: "left-nothing" } as const,
      ];
      const read = await source.readConfig(names, fingerprint);
      expect(read.map(({ state }) => state)).toEqual(["unknown", "there", "gone"]);
      const [, , gone, ...more] = await connect(target.kubeconfig, "follow").readConfig(
        names,
        fingerprint,
      );
      expect([gone?.state, more]).toEqual(["gone", []]);
    });

    test("what may not be read is told as unknown, and Deployments are followed all the same", async (context) => {
      await cluster.putConfig("ConfigMap", "hidden-map", { A: "value-seven" });
      await cluster.create("hidden", "shop/app:v1");
      await cluster.patch("hidden", referring("hidden-map", "hidden-keys"));
      const source = await blind();
      const name = { namespace, objectKind: "ConfigMap", name: "hidden-map" } as const;
      const [read] = await source.readConfig([name], fingerprint);
      if (target.blindKubeconfig === null && read?.state === "there") {
        context.skip("This cluster lets every account do everything: it has no role-based access.");
      }
      expect(read).toMatchObject({
        state: "unknown",
        because: "Known Good may not read ConfigMaps here",
      });
      const seen = watch(source);
      await until("the Deployment", () => (seen.deployments.has("hidden") ? true : null));
      await sleep(300);
      expect(seen.told).toEqual([]);
      expect(seen.silences).toEqual([]);
    });
  });
}
