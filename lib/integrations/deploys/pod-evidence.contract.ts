import { describe, expect, test } from "vitest";
import type { PodEvidence } from "@/lib/integrations/deploy-guard";
import type { ObservedDeployment } from "@/lib/integrations/deploy-source";
import { type ContractCluster, until } from "./contract-cluster";
import { guardOf, Hands, limitedSource } from "./contract-guard";
import type { DeploysTarget } from "./deploys.contract";

const bytesOf = (kept: PodEvidence[]) =>
  kept.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

/** What Pods say, before they go. */
export function podEvidenceContract(target: DeploysTarget, cluster: ContractCluster): void {
  const { namespace, source } = cluster;
  const guard = guardOf(source);
  const queryOf = (
    live: ObservedDeployment,
    more: { maxBytes?: number; signal?: AbortSignal } = {},
  ) => ({
    deployment: { namespace, name: live.name },
    templateHash: live.templateHash,
    sinceSeconds: 600,
    maxBytes: 1_000_000,
    signal: AbortSignal.timeout(20_000),
    ...more,
  });

  describe("evidence of Pods", () => {
    test("statuses, events and a log of each container of the very template", async () => {
      const live = await cluster.release("telling", ["shop/app:v1", "shop/app:v2"]);
      const set = live.revisions.at(-1)?.replicaSet ?? "";
      const kept = await until("events of its Pods", async () => {
        const now = await guard.readPodEvidence(queryOf(live));
        const events = now.find(({ kind }) => kind === "events")?.text ?? "";
        return events.includes(set) && events.includes("SuccessfulCreate") ? now : null;
      });
      expect(kept.map(({ kind }) => kind)).toEqual(["pods", "events", "logs", "logs"]);
      const [pods, events, ...logs] = kept;
      const states = JSON.parse(pods?.text ?? "") as { name: string; status: object }[];
      expect(states).toHaveLength(2);
      for (const { name, status } of states) {
        expect(name.startsWith(`${set}-`)).toBe(true);
        expect(status).toHaveProperty("phase");
      }
      expect(pods?.text).not.toContain("managedFields");
      const told = JSON.parse(events?.text ?? "") as { reason: string; message: string }[];
      expect(told.map(({ reason }) => reason)).toContain("SuccessfulCreate");
      expect(new Set(logs.map(({ title }) => title))).toEqual(
        new Set(states.map(({ name }) => `${name} (app)`)),
      );
      for (const log of logs) {
        expect(log.mediaType).toBe("text/plain");
        if (target.marksPods) {
          // Nothing runs here, so there is no log; the cluster's own words say so.
          expect(log.problem).toMatch(/^Kubernetes /);
        } else {
          expect(log.problem).toBeNull();
          expect(log.text.length).toBeGreaterThan(0);
        }
      }
    });

    test("stays within its bytes, oldest lines cut first", async () => {
      const live = await cluster.release("verbose", ["shop/app:v1"]);
      const all = await guard.readPodEvidence(queryOf(live));
      for (const maxBytes of [3_000, 30_000]) {
        const kept = await guard.readPodEvidence(queryOf(live, { maxBytes }));
        expect(bytesOf(kept)).toBeLessThanOrEqual(maxBytes);
        expect(kept.length).toBe(all.length);
        for (const one of kept) {
          const whole = all.find(({ title }) => title === one.title);
          if (one.problem === null && one.text !== whole?.text && one.kind !== "logs") {
            expect(one.isCut).toBe(true);
          }
        }
      }
    });

    test("when time is up it gives what it has and says what it hasn't", async () => {
      const live = await cluster.release("hurried", ["shop/app:v1"]);
      const hurry = new AbortController();
      const reading = guard.readPodEvidence(queryOf(live, { signal: hurry.signal }));
      // After the Deployment was read, in the middle of the rest.
      setTimeout(() => hurry.abort(), 1).unref();
      const kept = await reading.catch((error: unknown) => {
        expect(error).toMatchObject({ name: "SourceError" });
        return [];
      });
      for (const { text, problem } of kept) expect(text !== "" || problem !== null).toBe(true);
    });

    test.runIf(target.faults)(
      "a cluster that hangs costs no more than the time it was given",
      async () => {
        const live = await cluster.release("hanging", ["shop/app:v1"]);
        target.faults?.hang(true);
        const started = performance.now();
        const signal = AbortSignal.timeout(300);
        await expect(guard.readPodEvidence(queryOf(live, { signal }))).rejects.toMatchObject({
          code: "timeout",
          mayHaveActed: false,
        });
        target.faults?.hang(false);
        // Far below the ten seconds that a single request may take.
        expect(performance.now() - started).toBeLessThan(8_000);
      },
    );

    test("a template that no ReplicaSet has any more is told", async () => {
      const live = await cluster.release("forgetful", ["shop/app:v1"]);
      const kept = await guard.readPodEvidence({ ...queryOf(live), templateHash: "0".repeat(64) });
      expect(kept).toMatchObject([{ kind: "pods", text: "" }]);
      expect(kept[0]?.problem).toContain("No ReplicaSet");
    });

    test("what may not be read is told in its place", async (context) => {
      const live = await cluster.release("secretive", ["shop/app:v1"]);
      const where = { kubeconfig: target.kubeconfig, given: target.blindKubeconfig };
      const admin = new Hands({ kubeconfig: target.kubeconfig });
      const rules = [
        { apiGroups: ["apps"], resources: ["deployments", "replicasets"], verbs: ["get", "list"] },
      ];
      const limited = await limitedSource(admin, where, namespace, "no-pods", rules);
      const kept = await guardOf(limited).readPodEvidence(queryOf(live));
      if (target.blindKubeconfig === null && kept.every(({ problem }) => problem === null)) {
        context.skip("This cluster lets every account do everything: it has no role-based access.");
      }
      expect(kept).toMatchObject([{ kind: "pods" }, { kind: "events" }]);
      for (const { problem } of kept) expect(problem).toContain("doesn't let Known Good do this");
    });
  });
}
