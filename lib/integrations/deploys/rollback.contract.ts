import { describe, expect, test } from "vitest";
import type {
  ObservedDeployment,
  PodTemplate,
  RollbackRequest,
} from "@/lib/integrations/deploy-source";
import { type ContractCluster, until } from "./contract-cluster";
import type { DeploysTarget } from "./deploys.contract";

/** The template of a revision that the cluster still has. */
export function templateOf(deployment: ObservedDeployment, revision: number): PodTemplate {
  const found = deployment.revisions.find((one) => one.revision === revision);
  if (!found) throw new Error(`${deployment.name} has no revision ${revision}`);
  return found.template;
}

/** A press on "Roll back" by somebody who looks at `live`. */
export function press(live: ObservedDeployment, to: PodTemplate, id = "R-1"): RollbackRequest {
  return {
    namespace: live.namespace,
    name: live.name,
    seen: { uid: live.uid, templateHash: live.templateHash },
    template: live.template,
    to,
    changeCause: `rollback for I-1 (${id})`,
    restorationId: id,
  };
}

/** One press, whatever else happens at that moment. */
export function rollbackContract(target: DeploysTarget, cluster: ContractCluster): void {
  const { source } = cluster;

  describe("rollback", () => {
    test("is accepted, rolls out, and leaves its marks and every other annotation", async () => {
      const live = await cluster.release("back", ["shop/app:v1", "shop/app:v2"]);
      await cluster.annotate("back", { "example.com/owner": "team-checkout", "a.b/c_d": "kept" });
      const answer = await source.rollBack(press(live, templateOf(live, 1), "R-7"));
      expect(answer).toMatchObject({ outcome: "accepted" });
      const after = await cluster.settled("back");
      expect(after.revision).toBe(3);
      expect(after.restorationId).toBe("R-7");
      expect(after.templateHash).toBe(live.revisions[0]?.templateHash);
      expect(after.annotations).toMatchObject({
        "example.com/owner": "team-checkout",
        "a.b/c_d": "kept",
        "kubernetes.io/change-cause": "rollback for I-1 (R-7)",
      });
      expect(after.revisions.at(-1)).toMatchObject({
        changeCause: "rollback for I-1 (R-7)",
        earlierRevisions: [1],
      });
    });

    test("a click on what is no longer live changes nothing and shows what is", async () => {
      const live = await cluster.release("stale", ["shop/app:v1", "shop/app:v2"]);
      await cluster.setImage("stale", "shop/app:v3");
      const answer = await source.rollBack(press(live, templateOf(live, 1)));
      if (answer.outcome !== "changed") throw new Error(answer.outcome);
      expect(answer.because).toContain("has changed since you looked");
      expect(answer.live.template.spec).toMatchObject({ containers: [{ image: "shop/app:v3" }] });
      expect((await cluster.read("stale")).restorationId).toBeNull();
    });

    test("a Deployment made anew under the same name is not the one that was seen", async () => {
      const live = await cluster.release("anew", ["shop/app:v1", "shop/app:v2"]);
      await cluster.remove("anew");
      await until("it to be gone", () =>
        cluster.read("anew").then(
          () => null,
          () => true,
        ),
      );
      await cluster.create("anew", "shop/app:v2");
      const answer = await source.rollBack(press(live, templateOf(live, 1)));
      expect(answer.outcome).toBe("changed");
      await cluster.remove("anew");
      const gone = await source.rollBack(press(live, templateOf(live, 1)));
      expect(gone).toMatchObject({ outcome: "refused", blocker: { code: "gone" } });
    });

    test("of twenty equal presses at once exactly one is carried out", async () => {
      const live = await cluster.release("twenty", ["shop/app:v1", "shop/app:v2"]);
      const to = templateOf(live, 1);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => source.rollBack(press(live, to, `R-${index}`))),
      );
      const outcomes = answers.map((one) => one.outcome).sort();
      expect(outcomes).toEqual(["accepted", ...Array(19).fill("unchanged")]);
      const winner = answers.findIndex((one) => one.outcome === "accepted");
      const after = await cluster.settled("twenty");
      expect(after.restorationId).toBe(`R-${winner}`);
      expect(after.revision).toBe(3);
      expect(after.revisions.map((one) => one.revision)).toEqual([2, 3]);
    });

    test("an autoscaler in between doesn't stand in the way", async () => {
      const live = await cluster.release("scaled", ["shop/app:v1", "shop/app:v2"]);
      await cluster.patch("scaled", { spec: { replicas: 3 } });
      await cluster.annotate("scaled", { "example.com/noise": "1" });
      const answer = await source.rollBack(press(live, templateOf(live, 1)));
      expect(answer.outcome).toBe("accepted");
      expect((await cluster.settled("scaled")).rollout.desired).toBe(3);
    });

    test("back to what is live already does nothing", async () => {
      const live = await cluster.release("same", ["shop/app:v1", "shop/app:v2"]);
      const answer = await source.rollBack(press(live, live.template));
      expect(answer).toEqual({
        outcome: "unchanged",
        because: "same is already on revision 2.",
      });
      expect((await cluster.read("same")).annotations).toEqual(live.annotations);
    });

    test("a revision the cluster has forgotten comes back from its template", async () => {
      const first = await cluster.release("forgotten", ["shop/app:v1"]);
      await cluster.patch("forgotten", { spec: { revisionHistoryLimit: 1 } });
      for (const image of ["shop/app:v2", "shop/app:v3", "shop/app:v4"]) {
        await cluster.setImage("forgotten", image);
        await cluster.settled("forgotten");
      }
      const live = await until("revision 1 to be forgotten", async () => {
        const now = await cluster.settled("forgotten");
        return now.revisions.some((one) => one.revision === 1) ? null : now;
      });
      // Through text and back, as it comes from a ledger.
      const kept = JSON.parse(JSON.stringify(first.revisions[0]?.template)) as PodTemplate;
      expect((await source.rollBack(press(live, kept))).outcome).toBe("accepted");
      const after = await cluster.settled("forgotten");
      expect(after.templateHash).toBe(first.templateHash);
      expect(after.revision).toBe(5);
    });

    test("works right after somebody wiped all annotations", async () => {
      const live = await cluster.release("wiped", ["shop/app:v1", "shop/app:v2"]);
      await cluster.patch("wiped", { metadata: { annotations: null } });
      const answer = await source.rollBack(press(live, templateOf(live, 1), "R-9"));
      expect(answer.outcome).toBe("accepted");
      expect((await cluster.read("wiped")).restorationId).toBe("R-9");
    });

    test.runIf(target.faults)("the patch is the only request on the way to accepted", async () => {
      const live = await cluster.release("quick", ["shop/app:v1", "shop/app:v2"]);
      const before = target.faults?.countWrites(live.namespace, "quick") ?? 0;
      await source.rollBack(press(live, templateOf(live, 1)));
      expect((target.faults?.countWrites(live.namespace, "quick") ?? 0) - before).toBe(1);
    });
  });
}
