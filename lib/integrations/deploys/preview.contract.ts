import { describe, expect, test } from "vitest";
import type { DeploySource } from "@/lib/integrations/deploy-source";
import type { ContractCluster } from "./contract-cluster";
import { Hands, limitedSource, READS_DEPLOYMENTS } from "./contract-guard";
import type { DeploysTarget } from "./deploys.contract";
import { templateOf } from "./rollback.contract";

/** What is said before anybody presses. */
export function previewContract(target: DeploysTarget, cluster: ContractCluster): void {
  const at = (name: string) => ({ namespace: cluster.namespace, name });

  function reader(): Promise<DeploySource> {
    const admin = new Hands({ kubeconfig: target.kubeconfig });
    const where = { kubeconfig: target.kubeconfig, given: target.readerKubeconfig };
    return limitedSource(admin, where, cluster.namespace, "reader", READS_DEPLOYMENTS);
  }

  describe("preview", () => {
    test("a possible rollback has no blockers and changes nothing", async () => {
      const live = await cluster.release("possible", ["shop/app:v1", "shop/app:v2"]);
      const preview = await cluster.source.previewRollback(at("possible"), templateOf(live, 1));
      expect(preview.blockers).toEqual([]);
      expect(preview.checks).toContain("The cluster accepted a dry run of this very patch.");
      expect(preview.live.templateHash).toBe(live.templateHash);
      const after = await cluster.read("possible");
      expect(after.annotations).toEqual(live.annotations);
      expect(after.templateHash).toBe(live.templateHash);
    });

    test("a paused Deployment is named with the one who can resume it", async () => {
      const live = await cluster.release("held", ["shop/app:v1", "shop/app:v2"]);
      await cluster.patch("held", { spec: { paused: true } });
      const { blockers } = await cluster.source.previewRollback(at("held"), templateOf(live, 1));
      expect(blockers).toMatchObject([{ code: "paused", who: "whoever paused it" }]);
      expect(blockers[0]?.commands[0]).toContain("kubectl rollout resume deployment/held");
    });

    test("the live template is no way back", async () => {
      const live = await cluster.release("there", ["shop/app:v1", "shop/app:v2"]);
      const { blockers } = await cluster.source.previewRollback(at("there"), live.template);
      expect(blockers).toMatchObject([
        { code: "already-there", sentence: "there is already on revision 2." },
      ]);
    });

    test("a missing permission is named, with the command for somebody who has it", async (context) => {
      const live = await cluster.release("locked", ["shop/app:v1", "shop/app:v2"]);
      const source = await reader();
      const { blockers } = await source.previewRollback(at("locked"), templateOf(live, 1));
      if (target.readerKubeconfig === null && blockers.length === 0) {
        context.skip("This cluster lets every account do everything: it has no role-based access.");
      }
      expect(blockers).toMatchObject([{ code: "permission", who: "a cluster admin" }]);
      expect(blockers[0]?.commands).toEqual([
        `kubectl rollout undo deployment/locked --namespace ${cluster.namespace} --to-revision=1`,
      ]);
      const answer = await source.rollBack({
        ...at("locked"),
        seen: live,
        template: live.template,
        to: templateOf(live, 1),
        changeCause: "not allowed",
        restorationId: "R-0",
      });
      expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "permission" } });
      expect((await cluster.read("locked")).templateHash).toBe(live.templateHash);
    });

    test("warns when kubectl apply keeps its own record, and of an image without a version", async () => {
      const live = await cluster.release("applied", ["shop/app", "shop/app:v2"]);
      await cluster.annotate("applied", {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
      });
      await cluster.settled("applied");
      const { warnings } = await cluster.source.previewRollback(at("applied"), templateOf(live, 1));
      expect(warnings.map(({ code, unsafe }) => [code, unsafe])).toEqual([
        ["last-applied", false],
        ["mutable-image", true],
      ]);
    });

    test("names the autoscaler that keeps the number of pods, and leaves that alone", async () => {
      const live = await cluster.release("autoscaled", ["shop/app:v1", "shop/app:v2"]);
      await cluster.autoscale("autoscaled", 2, 5);
      const { checks } = await cluster.source.previewRollback(
        at("autoscaled"),
        templateOf(live, 1),
      );
      expect(checks.at(-1)).toMatch(
        /^Autoscaler autoscaled keeps 2 to 5 pods \(\d now\); a rollback leaves the number alone\.$/,
      );
    });

    test("says which fields aren't as they were last applied", async () => {
      const live = await cluster.release("drifted", ["shop/app:v1", "shop/app:v2"]);
      const applied = {
        ...live.template,
        spec: { containers: [{ name: "app", image: "shop/app:v9" }] },
      };
      await cluster.annotate("drifted", {
        "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
          spec: { template: applied },
        }),
      });
      await cluster.settled("drifted");
      const preview = await cluster.source.previewRollback(at("drifted"), templateOf(live, 1));
      expect(preview.warnings.at(-1)?.sentence).toContain(
        "It isn’t as it was last applied: image app v9 → v2.",
      );
    });

    test("a template the cluster can't take is told by its field", async () => {
      await cluster.release("invalid", ["shop/app:v1"]);
      const { blockers } = await cluster.source.previewRollback(at("invalid"), {
        metadata: { labels: { app: "invalid" } },
        spec: { containers: [] },
      });
      expect(blockers).toMatchObject([{ code: "invalid-template" }]);
      expect(blockers[0]?.sentence).toContain("spec.template.spec.containers");
    });
  });
}
