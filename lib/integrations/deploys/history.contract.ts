import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { type ContractCluster, until } from "./contract-cluster";
import type { DeploysTarget } from "./deploys.contract";

const run = promisify(execFile);

/** History and state of a Deployment, as the cluster's own tools tell them. */
export function historyContract(target: DeploysTarget, cluster: ContractCluster): void {
  const kubectl = async (...words: string[]) => {
    const flags = ["--kubeconfig", target.kubeconfig, "--namespace", cluster.namespace];
    return (await run("kubectl", [...flags, ...words])).stdout;
  };

  describe("history", () => {
    test("answers with its version", async () => {
      expect((await cluster.source.check()).version).toMatch(/^v\d+\.\d+/);
    });

    test("numbers revisions, keeps their causes, forgets the number a reused one had", async () => {
      const live = await cluster.release("history", ["shop/app:v1", "shop/app:v2", "shop/app:v3"]);
      expect(live.revision).toBe(3);
      expect(live.revisions.map((one) => one.revision)).toEqual([1, 2, 3]);
      expect(live.revisions.map((one) => one.images[0]?.image)).toEqual([
        "shop/app:v1",
        "shop/app:v2",
        "shop/app:v3",
      ]);
      expect(live.revisions[2]?.templateHash).toBe(live.templateHash);
      expect(JSON.stringify(live.revisions)).not.toContain("pod-template-hash");

      await cluster.setImage("history", "shop/app:v1");
      const back = await until("revision 4", async () => {
        const now = await cluster.settled("history");
        return now.revision === 4 ? now : null;
      });
      expect(back.revisions.map((one) => one.revision)).toEqual([2, 3, 4]);
      expect(back.revisions.at(-1)?.earlierRevisions).toEqual([1]);
      expect(back.templateHash).toBe(live.revisions[0]?.templateHash);
    });

    test.runIf(target.hasKubectl)("equals `kubectl rollout history`, line by line", async () => {
      await cluster.release("lines", ["shop/app:v1", "shop/app:v2", "shop/app:v3"]);
      await cluster.setImage("lines", "shop/app:v1");
      const { revisions } = await until("revision 4", async () => {
        const now = await cluster.settled("lines");
        return now.revision === 4 ? now : null;
      });
      const table = await kubectl("rollout", "history", "deployment/lines");
      const rows = table
        .split("\n")
        .filter((line) => /^\d/.test(line))
        .map((line) => line.split(/\s{2,}/));
      expect(revisions.map((one) => [String(one.revision), one.changeCause])).toEqual(rows);
    });

    test("tells a digest from a tag", async () => {
      const digest = `sha256:${"ab".repeat(32)}`;
      await cluster.create("digest", `shop/app@${digest}`);
      const live = await cluster.settled("digest");
      expect(live.revisions[0]?.images).toEqual([
        { container: "app", image: `shop/app@${digest}`, digest },
      ]);
    });

    test("recognises a stuck rollout and counts the pods that made it", async () => {
      await cluster.create("stuck", "shop/app:v1", { progressDeadlineSeconds: 1 });
      await cluster.settled("stuck");
      await cluster.setImage("stuck", "shop/app:bad");
      const live = await until("the deadline", async () => {
        const now = await cluster.read("stuck");
        return now.rollout.state === "stuck" ? now : null;
      });
      expect(live.rollout.sentence).toMatch(/^Stuck at \d of 2 pods: .*progress/);
      expect(live.revision).toBe(2);
    });

    test("says that a paused Deployment rolls nothing, and has no revision yet", async () => {
      await cluster.release("paused", ["shop/app:v1"]);
      await cluster.patch("paused", { spec: { paused: true } });
      await cluster.setImage("paused", "shop/app:v2");
      const live = await cluster.read("paused");
      expect(live.rollout.state).toBe("paused");
      expect(live.revision).toBeNull();
    });

    test("throws not-found for one that doesn't exist", async () => {
      await expect(cluster.read("nobody")).rejects.toMatchObject({ code: "not-found" });
    });
  });
}
