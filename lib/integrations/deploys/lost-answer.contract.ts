import { describe, expect, onTestFinished, test } from "vitest";
import { SourceError } from "@/lib/integrations/source-error";
import { type ContractCluster, connectWith, until } from "./contract-cluster";
import { kubeconfigThrough, serverOf } from "./contract-kubeconfig";
import { startProxy } from "./contract-proxy";
import type { DeploysTarget } from "./deploys.contract";
import { press, templateOf } from "./rollback.contract";

/** When the answer doesn't come: what happened is unknown, and nothing is sent twice. */
export function lostAnswerContract(target: DeploysTarget, cluster: ContractCluster): void {
  const { faults } = target;

  async function through() {
    const { server } = await serverOf(target.kubeconfig);
    const { hostname, port } = new URL(server);
    const proxy = await startProxy({ host: hostname, port: Number(port || 443) });
    onTestFinished(() => proxy.stop());
    const kubeconfig = await kubeconfigThrough(target.kubeconfig, proxy.port);
    const source = connectWith({
      kubeconfig,
      namespaces: [cluster.namespace],
      timeoutSeconds: 1,
    });
    return { proxy, source };
  }

  async function errorOf(work: Promise<unknown>): Promise<SourceError> {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SourceError)) throw new Error(`no SourceError: ${String(error)}`);
    return error;
  }

  describe("lost answers", () => {
    test("a patch that the network swallowed may have acted", async () => {
      const live = await cluster.release("swallowed", ["shop/app:v1", "shop/app:v2"]);
      const { proxy, source } = await through();
      await source.read(live);
      proxy.swallow();
      const before = performance.now();
      const error = await errorOf(source.rollBack(press(live, templateOf(live, 1))));
      expect(error).toMatchObject({ code: "timeout", mayHaveActed: true });
      expect(error.sentence).toBe(
        "Kubernetes did not answer within 1 s. Whether it acted is unknown.",
      );
      expect(performance.now() - before).toBeLessThan(2_000);
      proxy.heal();
      expect((await source.read(live)).templateHash).toBe(live.templateHash);
    });

    test("a patch that arrived and whose answer was lost has acted, once, and is found by its mark", async () => {
      const live = await cluster.release("unheard", ["shop/app:v1", "shop/app:v2"]);
      const { proxy, source } = await through();
      await source.read(live);
      proxy.swallowAnswers();
      const error = await errorOf(source.rollBack(press(live, templateOf(live, 1), "R-6")));
      expect(error).toMatchObject({ code: "timeout", mayHaveActed: true });
      proxy.heal();
      const after = await until("the mark", async () => {
        const now = await cluster.settled("unheard");
        return now.restorationId ? now : null;
      });
      expect(after).toMatchObject({ restorationId: "R-6", revision: 3 });
      const again = await source.rollBack(press(live, templateOf(live, 1), "R-7"));
      expect(again.outcome).toBe("unchanged");
    });

    test("no connection at all: certainly nothing happened", async () => {
      const live = await cluster.release("unreached", ["shop/app:v1", "shop/app:v2"]);
      const { proxy, source } = await through();
      await proxy.stop();
      const error = await errorOf(source.rollBack(press(live, templateOf(live, 1))));
      expect(error).toMatchObject({ code: "unreachable", mayHaveActed: false });
      expect(error.sentence).toBe("Kubernetes can't be reached: nothing listens at its address.");
    });

    test("reads time out too, and never claim to have acted", async () => {
      const { proxy, source } = await through();
      proxy.swallow();
      const error = await errorOf(source.check());
      expect(error).toMatchObject({ code: "timeout", mayHaveActed: false });
    });

    test.runIf(faults)("applied, then cut: one write, found again by its mark", async () => {
      const live = await cluster.release("cut", ["shop/app:v1", "shop/app:v2"]);
      const writes = () => faults?.countWrites(live.namespace, "cut") ?? 0;
      const before = writes();
      faults?.applyThenDrop();
      const error = await errorOf(cluster.source.rollBack(press(live, templateOf(live, 1), "R-5")));
      expect(error).toMatchObject({ code: "unreachable", mayHaveActed: true });
      expect(error.sentence).toMatch(/: the connection broke before an answer came\. Whether it/);
      expect(writes() - before).toBe(1);
      const after = await until("the mark", async () => {
        const now = await cluster.settled("cut");
        return now.restorationId ? now : null;
      });
      expect(after).toMatchObject({ restorationId: "R-5", revision: 3 });
      expect(writes() - before).toBe(1);
    });

    test.runIf(faults)("a server that hangs: unknown after the time limit, sent once", async () => {
      const live = await cluster.release("hung", ["shop/app:v1", "shop/app:v2"]);
      const { source } = await through();
      faults?.hang(true);
      const error = await errorOf(source.rollBack(press(live, templateOf(live, 1))));
      faults?.hang(false);
      expect(error).toMatchObject({ code: "timeout", mayHaveActed: true });
      expect((await source.read(live)).restorationId).toBeNull();
    });
  });
}
