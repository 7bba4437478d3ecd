import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { guardOf, type Json, limitedSource } from "./contract-guard";
import { FLUX, type OwnersWorld } from "./contract-owners";
import type { DeploysTarget } from "./deploys.contract";

/** Silencing who would undo a rollback, and leaving them as they were. */
export function ownerPauseContract(target: DeploysTarget, world: OwnersWorld): void {
  const { namespace, admin, guard, put, tracked, application, kustomized, only } = world;
  const { argo, flux, specAndMarks, needKinds } = world;
  const reason = "rolling back";

  describe("pausing owners", () => {
    test("Argo CD that heals itself: named, paused, seen to be paused, resumed without a trace", async (context) => {
      needKinds(context);
      const path = await application("heals", { prune: true, selfHeal: true });
      await tracked("heals");
      expect(await only("heals")).toMatchObject({
        ...argo("heals"),
        title: "Argo CD application heals",
        undoesWithinSeconds: 5,
        pausing: { state: "possible" },
        resumedBy: null,
      });
      const before = await specAndMarks(path);
      const held = await guard.pauseOwner({ ...argo("heals"), mark: "R-12", reason });
      if (held.outcome !== "held") throw new Error(JSON.stringify(held));
      expect(held).toMatchObject({ was: { enabled: null }, endsByItself: false });
      expect(held.commands[0]).toContain("kubectl patch applications.argoproj.io heals");
      expect(await specAndMarks(path)).toEqual({
        spec: {
          project: "default",
          syncPolicy: { automated: { prune: true, selfHeal: true, enabled: false } },
        },
        annotations: {
          "known-good.dev/paused-by": "R-12",
          "known-good.dev/was": '{"enabled":null}',
        },
      });
      const again = await guard.pauseOwner({ ...argo("heals"), mark: "R-12", reason });
      expect(again).toMatchObject({ outcome: "held", was: { enabled: null } });
      expect(await only("heals")).toMatchObject({
        undoesWithinSeconds: null,
        pausing: { state: "paused", mark: "R-12" },
      });
      const reading = await guard.readOwner({ ...argo("heals"), mark: "R-12" });
      expect(reading.state).toBe("held");
      const { was } = held;
      const back = await guard.resumeOwner({ ...argo("heals"), mark: "R-12", was });
      expect(back.outcome).toBe("released");
      expect(await specAndMarks(path)).toEqual(before);
      expect((await guard.readOwner({ ...argo("heals"), mark: "R-12" })).state).toBe("absent");
      const twice = await guard.resumeOwner({ ...argo("heals"), mark: "R-12", was });
      expect(twice.outcome).toBe("released");
      expect(await specAndMarks(path)).toEqual(before);
    });

    test("the command that lets go by hand does just that", async (context) => {
      needKinds(context);
      const path = await application("by-hand", { selfHeal: true, enabled: true });
      const before = await specAndMarks(path);
      const held = await guard.pauseOwner({ ...argo("by-hand"), mark: "F-1", reason });
      if (held.outcome !== "held") throw new Error(JSON.stringify(held));
      const patch = /--patch '(.*)'$/.exec(held.commands[0] ?? "")?.[1] ?? "";
      await admin.merge(path, JSON.parse(patch) as Json);
      expect(await specAndMarks(path)).toEqual(before);
    });

    test("what is there before is there afterwards: turned on in so many words, or off by somebody", async (context) => {
      needKinds(context);
      for (const enabled of [true, false]) {
        const name = `was-${enabled}`;
        const path = await application(name, { selfHeal: true, enabled });
        const before = await specAndMarks(path);
        const held = await guard.pauseOwner({ ...argo(name), mark: "F-3", reason });
        expect(held).toMatchObject({ outcome: "held", was: { enabled } });
        expect((await guard.readOwner({ ...argo(name), mark: "F-3" })).state).toBe("held");
        const was = held.outcome === "held" ? held.was : null;
        await guard.resumeOwner({ ...argo(name), mark: "F-3", was });
        expect(await specAndMarks(path)).toEqual(before);
      }
    });

    test("somebody who turns it back on is named, and what they chose stays", async (context) => {
      needKinds(context);
      const path = await application("contested", { selfHeal: true });
      await guard.pauseOwner({ ...argo("contested"), mark: "R-5", reason });
      await admin.merge(path, { spec: { syncPolicy: { automated: { enabled: true } } } }, "ada");
      const reading = await guard.readOwner({ ...argo("contested"), mark: "R-5" });
      if (reading.state !== "absent") throw new Error("it isn't paused");
      expect(reading.by).toBe("ada");
      expect(reading.sentence).toContain("turned back on by ada");
      await guard.resumeOwner({ ...argo("contested"), mark: "R-5", was: { enabled: null } });
      expect(await specAndMarks(path)).toEqual({
        spec: { project: "default", syncPolicy: { automated: { selfHeal: true, enabled: true } } },
        annotations: {},
      });
    });

    test("without our marks: known by the field itself where it says so, else left alone", async (context) => {
      needKinds(context);
      const bare = { "known-good.dev/paused-by": null, "known-good.dev/was": null };
      const strip = (path: string) =>
        admin.merge(path, { metadata: { annotations: bare } }, "applicationset-controller");
      const path = await application("stripped", { selfHeal: true });
      const before = await specAndMarks(path);
      await guard.pauseOwner({ ...argo("stripped"), mark: "R-5", reason });
      await strip(path);
      expect((await guard.readOwner({ ...argo("stripped"), mark: "R-5" })).state).toBe("held");
      await guard.resumeOwner({ ...argo("stripped"), mark: "R-5", was: { enabled: null } });
      expect(await specAndMarks(path)).toEqual(before);

      // Anybody may write as flux-client-side-apply: who suspends it without a mark may not be us.
      const flows = await put(FLUX, "Kustomization", "bared", { spec: { interval: "1m" } });
      await guard.pauseOwner({ ...flux("bared"), mark: "R-5", reason });
      await strip(flows);
      expect((await guard.readOwner({ ...flux("bared"), mark: "R-5" })).state).toBe("absent");
      const was = { suspend: null };
      const left = await guard.resumeOwner({ ...flux("bared"), mark: "R-5", was });
      expect(left).toMatchObject({ outcome: "released" });
      expect(JSON.stringify(left)).toContain("stays paused: our mark was taken from it");
      expect((await specAndMarks(flows)).spec).toEqual({ interval: "1m", suspend: true });
    });

    test("a pause that a later one took over isn't ended by the first", async (context) => {
      needKinds(context);
      const path = await application("passed-on", { selfHeal: true });
      await guard.pauseOwner({ ...argo("passed-on"), mark: "R-6", reason });
      const second = await guard.pauseOwner({ ...argo("passed-on"), mark: "F-7", reason });
      expect(second).toMatchObject({ outcome: "held", was: { enabled: null } });
      const was = { enabled: null };
      const first = await guard.resumeOwner({ ...argo("passed-on"), mark: "R-6", was });
      expect(first).toMatchObject({ outcome: "released" });
      expect((await guard.readOwner({ ...argo("passed-on"), mark: "F-7" })).state).toBe("held");
      await guard.resumeOwner({ ...argo("passed-on"), mark: "F-7", was });
      expect((await specAndMarks(path)).spec).toEqual({
        project: "default",
        syncPolicy: { automated: { selfHeal: true } },
      });
    });

    test("its controller writes all the while: nothing of that is lost, and it is paused", async (context) => {
      needKinds(context);
      const path = await application("busy", { selfHeal: true });
      const stop = new AbortController();
      const noise = (async () => {
        for (let n = 1; !stop.signal.aborted; n += 1) {
          await admin.merge(path, { metadata: { annotations: { noise: String(n) } } });
          await sleep(10);
        }
      })();
      const marks = ["R-1", "R-2", "R-3"];
      const answers = await Promise.all(
        marks.map((mark) => guard.pauseOwner({ ...argo("busy"), mark, reason })),
      ).finally(() => stop.abort());
      await noise;
      for (const one of answers) expect(one).toMatchObject({ was: { enabled: null } });
      const { annotations } = await specAndMarks(path);
      expect(marks).toContain(annotations["known-good.dev/paused-by"]);
      expect(Number(annotations.noise)).toBeGreaterThan(0);
    });

    test("a Flux Kustomization: within its interval, suspended and resumed without a trace", async (context) => {
      needKinds(context);
      const path = await put(FLUX, "Kustomization", "flows", { spec: { interval: "10m0s" } });
      await kustomized("flows");
      expect(await only("flows")).toMatchObject({
        ...flux("flows"),
        undoesWithinSeconds: 600,
        pausing: { state: "possible" },
      });
      const before = await specAndMarks(path);
      const held = await guard.pauseOwner({ ...flux("flows"), mark: "F-9", reason });
      expect(held).toMatchObject({ outcome: "held", was: { suspend: null } });
      expect((await specAndMarks(path)).spec).toEqual({ interval: "10m0s", suspend: true });
      const { metadata } = await admin.must("GET", path);
      const fields = (metadata as { managedFields: { manager: string }[] }).managedFields;
      expect(fields.map(({ manager }) => manager)).toContain("flux-client-side-apply");
      expect(await only("flows")).toMatchObject({ pausing: { state: "paused", mark: "F-9" } });
      await guard.resumeOwner({ ...flux("flows"), mark: "F-9", was: { suspend: null } });
      expect(await specAndMarks(path)).toEqual(before);

      const stays = await put(FLUX, "Kustomization", "stays", {
        spec: { interval: "1m", suspend: true },
      });
      const was = { suspend: true };
      expect(await guard.pauseOwner({ ...flux("stays"), mark: "F-9", reason })).toMatchObject({
        was,
      });
      await guard.resumeOwner({ ...flux("stays"), mark: "F-9", was });
      expect(await specAndMarks(stays)).toEqual({
        spec: { interval: "1m", suspend: true },
        annotations: {},
      });
    });

    test("without permission the owner is named, and who can grant it", async (context) => {
      needKinds(context);
      const path = await application("locked-owner", { selfHeal: true });
      await tracked("locked-owner");
      const given = target.blindKubeconfig;
      const source = await limitedSource(
        admin,
        { kubeconfig: target.kubeconfig, given },
        namespace,
        "no-owners",
        [
          {
            apiGroups: ["apps"],
            resources: ["deployments", "replicasets"],
            verbs: ["get", "list"],
          },
        ],
      );
      const limited = guardOf(source);
      const [owner] = await limited.owners({ namespace, name: "locked-owner" });
      if (owner?.pausing.state === "possible") {
        context.skip("This cluster lets every account do everything: it has no role-based access.");
      }
      expect(owner).toMatchObject({ ...argo("locked-owner"), pausing: { state: "refused" } });
      expect(JSON.stringify(owner?.pausing)).toMatch(
        /may not (read|patch) applications.argoproj.io/,
      );
      const before = await specAndMarks(path);
      const answer = await limited.pauseOwner({ ...argo("locked-owner"), mark: "R-1", reason });
      expect(answer).toMatchObject({ outcome: "refused" });
      expect(JSON.stringify(answer)).toContain("a cluster admin");
      expect(await specAndMarks(path)).toEqual(before);
    });

    test.runIf(target.faults)(
      "a lost answer is told as such, and asked again changes nothing more",
      async (context) => {
        needKinds(context);
        const path = await application("lost", { selfHeal: true });
        target.faults?.applyThenDrop();
        await expect(
          guard.pauseOwner({ ...argo("lost"), mark: "R-8", reason }),
        ).rejects.toMatchObject({ mayHaveActed: true });
        expect((await guard.readOwner({ ...argo("lost"), mark: "R-8" })).state).toBe("held");
        const again = await guard.pauseOwner({ ...argo("lost"), mark: "R-8", reason });
        expect(again).toMatchObject({ outcome: "held", was: { enabled: null } });
        expect((await specAndMarks(path)).annotations["known-good.dev/was"]).toBe(
          '{"enabled":null}',
        );
      },
    );
  });
}
