import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { DeploySource, ObservedDeployment } from "@/lib/integrations/deploy-source";
import { type ContractCluster, connectWith, until } from "./contract-cluster";
import { kubeconfigThrough, serverOf } from "./contract-kubeconfig";
import { startProxy } from "./contract-proxy";
import type { DeploysTarget } from "./deploys.contract";
import { press, templateOf } from "./rollback.contract";

type Seen = { name: string; text: string; live: ObservedDeployment | null };

/** Following: everything once, in order, and a word when it can't. */
export function followContract(target: DeploysTarget, cluster: ContractCluster): void {
  const { faults } = target;

  /** Follows until the test ends; remembers everything it is told. */
  function watcher(source: DeploySource) {
    const seen: Seen[] = [];
    const silences: string[] = [];
    const listed: string[][] = [];
    const toldBefore: Set<string>[] = [];
    let current: Date | null = null;
    const stop = new AbortController();
    const done = source.follow(
      {
        async onDeployment(live) {
          await sleep(1);
          seen.push({ name: live.name, text: JSON.stringify(live), live });
        },
        async onGone({ name, uid }) {
          seen.push({ name, text: `gone ${uid}`, live: null });
        },
        async onListed(present) {
          listed.push(present.map(({ name }) => name));
          toldBefore.push(new Set(seen.map(({ name }) => name)));
        },
        onCurrent(at) {
          current = at;
        },
        onSilent(problem) {
          silences.push(problem);
        },
      },
      stop.signal,
    );
    onTestFinished(async () => {
      stop.abort();
      await done;
    });
    const of = (name: string) => seen.filter((one) => one.name === name);
    return {
      of,
      silences,
      listed,
      toldBefore,
      /** Revisions in the order in which they were live. */
      revisions: (name: string) =>
        of(name)
          .map((one) => one.live?.revision ?? null)
          .filter((one, index, all) => one !== null && one !== all[index - 1]),
      isCurrentSince: (moment: Date) => (current && current >= moment ? true : null),
      /** Until the follower has been told of this revision, complete. */
      reached: (name: string, revision: number) =>
        until(`${name} to be seen at ${revision}`, () => {
          const last = of(name).at(-1)?.live;
          return last?.revision === revision && last.rollout.state === "complete" ? last : null;
        }),
    };
  }

  function noneTwice(seen: Seen[]): void {
    for (const [index, one] of seen.entries()) {
      expect(one.text, `told twice at ${index}`).not.toBe(seen[index - 1]?.text);
    }
  }

  async function through(silentAfterSeconds: number) {
    const { server } = await serverOf(target.kubeconfig);
    const { hostname, port } = new URL(server);
    const proxy = await startProxy({ host: hostname, port: Number(port || 443) });
    onTestFinished(() => proxy.stop());
    const kubeconfig = await kubeconfigThrough(target.kubeconfig, proxy.port);
    const namespaces = [cluster.namespace];
    return {
      proxy,
      watch: watcher(
        connectWith({ kubeconfig, namespaces, timeoutSeconds: 1, silentAfterSeconds }),
      ),
    };
  }

  describe("follow", () => {
    test("creation, release, rollback and deletion: in order, each once", async () => {
      const watch = watcher(cluster.source);
      await until("a first list", () => watch.isCurrentSince(new Date(0)));
      await cluster.release("story", ["shop/app:v1"]);
      await watch.reached("story", 1);
      await cluster.setImage("story", "shop/app:v2");
      const live = await watch.reached("story", 2);
      await cluster.source.rollBack(press(live, templateOf(live, 1)));
      await watch.reached("story", 3);
      await cluster.remove("story");
      await until("its end", () => (watch.of("story").at(-1)?.live === null ? true : null));
      await sleep(300);
      expect(watch.revisions("story")).toEqual([1, 2, 3]);
      expect(watch.of("story").filter((one) => one.live === null)).toHaveLength(1);
      noneTwice(watch.of("story"));
      expect(watch.silences).toEqual([]);
    });

    test("what there is is told once, after each of it was, and never what went before", async () => {
      await cluster.release("stays", ["shop/app:v1"]);
      await cluster.release("went", ["shop/app:v1"]);
      await cluster.remove("went");
      const watch = watcher(cluster.source);
      const present = await until("what there is", () => watch.listed[0]);
      expect(present).toContain("stays");
      expect(present).not.toContain("went");
      expect(present.filter((name) => !watch.toldBefore[0]?.has(name))).toEqual([]);
      await cluster.release("later", ["shop/app:v1"]);
      await watch.reached("later", 1);
      expect(watch.listed).toHaveLength(1);
    });

    test("a change-cause that comes after its release is told", async () => {
      await cluster.release("cause", ["shop/app:v1"]);
      const watch = watcher(cluster.source);
      await watch.reached("cause", 1);
      await cluster.annotate("cause", { "kubernetes.io/change-cause": "late" });
      const told = await until("the cause", () => {
        const revision = watch.of("cause").at(-1)?.live?.revisions[0];
        return revision?.changeCause === "late" ? revision : null;
      });
      expect(told.revision).toBe(1);
    });

    test("what is no change to us is not told", async () => {
      await cluster.release("noise", ["shop/app:v1"]);
      const watch = watcher(cluster.source);
      await watch.reached("noise", 1);
      await sleep(200);
      const before = watch.of("noise").length;
      await cluster.patch("noise", { spec: { progressDeadlineSeconds: 700 } });
      await cluster.patch("noise", { spec: { minReadySeconds: 0, progressDeadlineSeconds: 800 } });
      faults?.compact("event");
      faults?.dropWatches();
      await sleep(800);
      expect(watch.of("noise")).toHaveLength(before);
    });

    test("cut connections resume without missing, doubling or alarming", async () => {
      await cluster.release("resumed", ["shop/app:v1"]);
      const { proxy, watch } = await through(30);
      await watch.reached("resumed", 1);
      proxy.cut();
      await cluster.setImage("resumed", "shop/app:v2");
      await watch.reached("resumed", 2);
      proxy.cut();
      await cluster.setImage("resumed", "shop/app:v3");
      await watch.reached("resumed", 3);
      expect(watch.revisions("resumed")).toEqual([1, 2, 3]);
      noneTwice(watch.of("resumed"));
      expect(watch.silences).toEqual([]);
      expect(proxy.connections()).toBeLessThan(20);
    });

    test("a silent connection is noticed, told, and everything is found afterwards", async () => {
      await cluster.release("silent", ["shop/app:v1"]);
      await cluster.release("doomed", ["shop/app:v1"]);
      const { proxy, watch } = await through(2);
      await watch.reached("silent", 1);
      await watch.reached("doomed", 1);
      const startedAt = performance.now();
      proxy.swallow();
      await cluster.setImage("silent", "shop/app:v2");
      await cluster.remove("doomed");
      const problem = await until("a word of silence", () => watch.silences[0], 6_000);
      expect(problem).toMatch(/silent for 2 s\. What is shown is as of \d\d:\d\d:\d\d UTC/);
      expect(performance.now() - startedAt).toBeLessThan(4_500);
      expect(watch.revisions("silent")).toEqual([1]);
      const healedAt = new Date();
      proxy.heal();
      await watch.reached("silent", 2);
      await until("the deletion", () => (watch.of("doomed").at(-1)?.live === null ? true : null));
      await until("to be current again", () => watch.isCurrentSince(healedAt));
      noneTwice(watch.of("silent"));
      expect(proxy.connections()).toBeLessThan(30);
    });

    test("an unreachable cluster is told at once, and found when it comes", async () => {
      const { proxy, watch } = await through(30);
      proxy.swallow();
      const problem = await until("a word of silence", () => watch.silences[0]);
      expect(problem).toContain("did not answer within 1 s");
      proxy.heal();
      await until("to be current", () => watch.isCurrentSince(new Date(0)));
    });

    test.runIf(faults)("history forgotten (410, both kinds): listed anew", async () => {
      await cluster.release("compacted", ["shop/app:v1"]);
      for (const [round, goneAs] of (["event", "status"] as const).entries()) {
        const watch = watcher(cluster.source);
        await watch.reached("compacted", round + 1);
        faults?.compact(goneAs);
        faults?.dropWatches();
        await cluster.setImage("compacted", `shop/app:v${round + 2}`);
        faults?.compact(goneAs);
        await watch.reached("compacted", round + 2);
        noneTwice(watch.of("compacted"));
        expect(watch.silences).toEqual([]);
      }
    });

    test.runIf(faults)("watches dropped ten times in a row don't become a storm", async () => {
      await cluster.release("stormy", ["shop/app:v1"]);
      const watch = watcher(cluster.source);
      await watch.reached("stormy", 1);
      const before = faults?.countReads() ?? 0;
      for (let round = 0; round < 10; round += 1) {
        faults?.dropWatches();
        await sleep(200);
      }
      await cluster.setImage("stormy", "shop/app:v2");
      await watch.reached("stormy", 2);
      expect((faults?.countReads() ?? 0) - before).toBeLessThan(60);
      expect(watch.revisions("stormy")).toEqual([1, 2]);
    });
  });
}
