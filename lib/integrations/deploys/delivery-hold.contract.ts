import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { DeliveryHold } from "@/lib/integrations/deploy-guard";
import { type ContractCluster, connectWith, until } from "./contract-cluster";
import { accountIn, guardOf, Hands, installFreezePolicy, limitedSource } from "./contract-guard";
import type { DeploysTarget } from "./deploys.contract";
import { statusOf } from "./kubernetes-errors";
import type { Answer } from "./kubernetes-transport";
import { press, templateOf } from "./rollback.contract";

const HOUR = 3_600_000;

/** Deliveries that the cluster itself refuses, for as long as a freeze says, and never the cure. */
export function deliveryHoldContract(target: DeploysTarget, cluster: ContractCluster): void {
  const { namespace } = cluster;
  const admin = new Hands({ kubeconfig: target.kubeconfig });
  const guard = guardOf(cluster.source);
  let other: Hands;
  let installed: Awaited<ReturnType<typeof installFreezePolicy>> = { because: "not asked yet" };

  const holdOf = (id: string, name: string, more: Partial<DeliveryHold> = {}): DeliveryHold => ({
    freezeId: id,
    namespace,
    deployments: [name],
    images: [],
    reason: "rolling \u001b back\n  checkout",
    incidentId: "INC-9",
    until: new Date(Date.now() + HOUR),
    url: `https://known-good.example/freezes/${id}`,
    ...more,
  });
  const refusal = (answer: Answer) => (answer.status === 200 ? null : statusOf(answer).message);
  const dry = (name: string, image = "shop/app:other") =>
    other.setImage(namespace, name, image, "?dryRun=All&fieldManager=robot");
  /** The API server learns of policies and their parameters a moment after they are written. */
  const refused = (name: string) =>
    until(`a delivery of ${name} to be refused`, async () => refusal(await dry(name)));
  const passing = (name: string, image?: string) =>
    until(`a delivery of ${name} to pass`, async () =>
      refusal(await dry(name, image)) === null ? true : null,
    );

  describe("holding deliveries back", () => {
    beforeAll(async () => {
      const rules = [{ apiGroups: ["apps"], resources: ["*"], verbs: ["*"] }];
      other = new Hands(
        target.otherKubeconfig
          ? { kubeconfig: target.otherKubeconfig }
          : await accountIn(admin, target.kubeconfig, namespace, "robot", rules),
      );
    });
    afterAll(async () => {
      if ("remove" in installed) await installed.remove();
    });

    test("without the policy it says so, with what an administrator does about it", async (context) => {
      const path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
      if ((await admin.send("GET", `${path}/known-good-freeze`)).status === 200) {
        context.skip("The freeze policy is installed here already, and stays.");
      }
      await cluster.create("unheld", "shop/app:v1");
      const answer = await guard.holdDeliveries(holdOf("F-1", "unheld"));
      if (answer.outcome !== "refused") throw new Error(answer.outcome);
      expect(answer.because).toMatch(/isn’t installed|doesn’t serve/);
      expect(answer.who).toContain("a cluster admin");
      expect(await guard.previewDeliveryHold?.({ namespace })).toMatchObject({
        ...{ would: "refuse", because: answer.because, who: answer.who },
      });
      expect((await dry("unheld")).status).toBe(200);
      expect((await guard.readDeliveryHold({ freezeId: "F-1", namespace })).state).toBe("absent");
    });

    describe("with the shipped policy", () => {
      beforeAll(async () => {
        installed = await installFreezePolicy(admin);
      });
      const needPolicy = (context: TestContext) => {
        if ("because" in installed) context.skip(`No freeze policy here: ${installed.because}.`);
      };

      test("everybody else's delivery is refused with the reason; ours, scaling and others pass", async (context) => {
        needPolicy(context);
        const live = await cluster.release("frozen", ["shop/app:v1", "shop/app:v2"]);
        await cluster.create("beside", "shop/app:v1");
        expect(await guard.previewDeliveryHold?.({ namespace })).toMatchObject({ would: "hold" });
        expect((await dry("frozen")).status).toBe(200);
        const held = await guard.holdDeliveries(holdOf("F-12", "frozen"));
        expect(held).toMatchObject({ outcome: "held", was: null, endsByItself: true });
        const said = await refused("frozen");
        for (const part of ["frozen", "F-12", "INC-9", "rolling back checkout", "/freezes/F-12"]) {
          expect(said).toContain(part);
        }
        expect((await other.setImage(namespace, "frozen", "shop/app:v3")).status).not.toBe(200);
        expect((await cluster.read("frozen")).templateHash).toBe(live.templateHash);
        const scaled = await other.send(
          "PATCH",
          `/apis/apps/v1/namespaces/${namespace}/deployments/frozen`,
          { spec: { replicas: 3 } },
          "application/merge-patch+json",
        );
        expect(scaled.status).toBe(200);
        expect((await dry("beside")).status).toBe(200);
        const reading = await guard.readDeliveryHold({ freezeId: "F-12", namespace });
        expect(reading.state).toBe("held");
        const answer = await cluster.source.rollBack(press(live, templateOf(live, 1), "R-4"));
        expect(answer.outcome).toBe("accepted");

        const released = await guard.releaseDeliveries({ freezeId: "F-12", namespace });
        expect(released.outcome).toBe("released");
        await passing("frozen");
        const twice = await guard.releaseDeliveries({ freezeId: "F-12", namespace });
        expect(twice.outcome).toBe("released");
        expect((await guard.readDeliveryHold({ freezeId: "F-12", namespace })).state).toBe(
          "absent",
        );
      });

      test("an allowed image passes, and only that one", async (context) => {
        needPolicy(context);
        await cluster.create("allowing", "shop/app:v1");
        const images = ["shop/app:cure", "shop/app:x\nshop/app:smuggled"];
        await guard.holdDeliveries(holdOf("F-13", "allowing", { images }));
        await refused("allowing");
        await passing("allowing", "shop/app:cure");
        expect((await dry("allowing", "shop/app:smuggled")).status).not.toBe(200);
        await guard.releaseDeliveries({ freezeId: "F-13", namespace });
      });

      test("applied twice it is the same, and newer contents take the place of older ones", async (context) => {
        needPolicy(context);
        await cluster.create("twice", "shop/app:v1");
        const hold = holdOf("F-14", "twice");
        expect((await guard.holdDeliveries(hold)).outcome).toBe("held");
        expect((await guard.holdDeliveries(hold)).outcome).toBe("held");
        await refused("twice");
        await guard.holdDeliveries({ ...hold, images: ["shop/app:now-allowed"] });
        await passing("twice", "shop/app:now-allowed");
        await guard.holdDeliveries({ ...hold, deployments: ["another"] });
        await passing("twice");
        await guard.holdDeliveries({ ...hold, deployments: "*" });
        await refused("twice");
        await guard.releaseDeliveries({ freezeId: "F-14", namespace });
      });

      test("of two freezes both hold: it is free when the last has gone", async (context) => {
        needPolicy(context);
        await cluster.create("doubly", "shop/app:v1");
        await guard.holdDeliveries(holdOf("F-15", "doubly"));
        await guard.holdDeliveries(holdOf("F-16", "doubly"));
        await refused("doubly");
        await guard.releaseDeliveries({ freezeId: "F-15", namespace });
        await until("only F-16 to hold", async () =>
          (refusal(await dry("doubly")) ?? "").includes("F-16") ? true : null,
        );
        await guard.releaseDeliveries({ freezeId: "F-16", namespace });
        await passing("doubly");
      });

      test("it ends by itself, with nobody there to let go", async (context) => {
        needPolicy(context);
        await cluster.create("lapsing", "shop/app:v1");
        const end = new Date(Date.now() + 4_000);
        await guard.holdDeliveries(holdOf("F-17", "lapsing", { until: end }));
        await refused("lapsing");
        await passing("lapsing");
        const reading = await guard.readDeliveryHold({ freezeId: "F-17", namespace });
        expect(reading).toMatchObject({ state: "absent", by: null });
        expect(reading.sentence).toContain("by itself");
        await guard.releaseDeliveries({ freezeId: "F-17", namespace });
      });

      test("somebody who tampers with it is named; it is put right by applying it again", async (context) => {
        needPolicy(context);
        await cluster.create("tampered", "shop/app:v1");
        const hold = holdOf("F-18", "tampered");
        await guard.holdDeliveries(hold);
        const path = `/api/v1/namespaces/${namespace}/configmaps/known-good-freeze-f-18`;
        await admin.merge(path, { data: { deployments: "nothing" } }, "kubectl-edit");
        const reading = await guard.readDeliveryHold({ freezeId: "F-18", namespace });
        expect(reading).toMatchObject({ state: "absent", by: "kubectl-edit" });
        await guard.holdDeliveries(hold);
        expect((await guard.readDeliveryHold({ freezeId: "F-18", namespace })).state).toBe("held");
        await refused("tampered");
        await admin.must("DELETE", path);
        const gone = await guard.readDeliveryHold({ freezeId: "F-18", namespace });
        expect(gone).toMatchObject({ state: "absent", by: null });
        await passing("tampered");
      });

      test("a freeze that isn't ours is told on the rollback, with who can lift it", async (context) => {
        needPolicy(context);
        const live = await cluster.release("theirs", ["shop/app:v1", "shop/app:v2"]);
        await guard.holdDeliveries(holdOf("F-19", "theirs"));
        await refused("theirs");
        const path = `/api/v1/namespaces/${namespace}/configmaps/known-good-freeze-f-19`;
        await admin.merge(path, { data: { by: "another-known-good" } });
        const to = templateOf(live, 1);
        const blocker = await until("our own dry run to be refused", async () => {
          const preview = await cluster.source.previewRollback({ namespace, name: "theirs" }, to);
          return preview.blockers[0];
        });
        expect(blocker).toMatchObject({ code: "frozen" });
        expect(blocker.sentence).toContain("F-19");
        expect(blocker.who).toContain("a responder");
        const answer = await cluster.source.rollBack(press(live, to));
        expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "frozen" } });
        await guard.releaseDeliveries({ freezeId: "F-19", namespace });
      });

      test("a namespace that isn't followed, or isn't there, is refused", async (context) => {
        needPolicy(context);
        const elsewhere = { ...holdOf("F-20", "x"), namespace: "known-good-elsewhere" };
        const answer = await guard.holdDeliveries(elsewhere);
        expect(answer).toMatchObject({ outcome: "refused" });
        expect(JSON.stringify(answer)).toContain("follows only");
        const open = guardOf(connectWith({ kubeconfig: target.kubeconfig }));
        expect(await open.holdDeliveries(elsewhere)).toMatchObject({
          outcome: "refused",
          because: "There is no namespace known-good-elsewhere.",
        });
      });

      test("without permission it is refused with what to grant, and nothing is written", async (context) => {
        needPolicy(context);
        const where = { kubeconfig: target.kubeconfig, given: target.blindKubeconfig };
        const rules = [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] }];
        const source = await limitedSource(admin, where, namespace, "no-holds", rules);
        const answer = await guardOf(source).holdDeliveries(holdOf("F-21", "x"));
        if (target.blindKubeconfig === null && answer.outcome === "held") {
          context.skip(
            "This cluster lets every account do everything: it has no role-based access.",
          );
        }
        expect(answer).toMatchObject({ outcome: "refused" });
        expect(JSON.stringify(answer)).toContain("may not read the freeze policy");
        const path = `/api/v1/namespaces/${namespace}/configmaps/known-good-freeze-f-21`;
        expect((await admin.send("GET", path)).status).toBe(404);
      });

      test.runIf(target.faults)("a lost answer is told as such, and read back", async (context) => {
        needPolicy(context);
        target.faults?.applyThenDrop();
        const hold = holdOf("F-22", "x");
        await expect(guard.holdDeliveries(hold)).rejects.toMatchObject({ mayHaveActed: true });
        expect((await guard.readDeliveryHold(hold)).state).toBe("held");
        expect((await guard.holdDeliveries(hold)).outcome).toBe("held");
        await guard.releaseDeliveries(hold);
      });
    });
  });
}
