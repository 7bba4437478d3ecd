import { describe, expect, test } from "vitest";
import type { ContractCluster } from "./contract-cluster";
import type { Json } from "./contract-guard";
import { ARGO, FLUX, HELM, type OwnersWorld } from "./contract-owners";

/** Who would undo a rollback, in how long, and who would turn it back on. */
export function ownersContract(cluster: ContractCluster, world: OwnersWorld): void {
  const { namespace, admin, guard, put, marked, tracked, application, kustomized, only } = world;
  const { argo, needKinds } = world;
  const reason = "rolling back";

  describe("owners", () => {
    test("nobody, kubectl apply, and plain Helm: told from marks, nothing to pause", async () => {
      await cluster.create("bare", "shop/app:v1");
      expect(await guard.owners({ namespace, name: "bare" })).toEqual([]);
      await marked("applied-by-hand", {
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" },
      });
      expect(await only("applied-by-hand")).toMatchObject({
        kind: "kubectl-apply",
        undoesWithinSeconds: null,
        pausing: { state: "unneeded" },
      });
      // The label is Helm's own habit; without an Application of that name it names nobody.
      await marked("charted", {
        annotations: { "meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "x" },
        labels: { "app.kubernetes.io/instance": "web", "app.kubernetes.io/managed-by": "Helm" },
      });
      const helm = await only("charted");
      expect(helm).toMatchObject({ kind: "helm", namespace: "x", title: "Helm release web" });
      expect(await guard.pauseOwner({ ...helm, mark: "R-1", reason })).toMatchObject({
        outcome: "refused",
      });
    });

    test("a Deployment that isn't there is told as such", async () => {
      await expect(guard.owners({ namespace, name: "nowhere" })).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test("without self-heal, and synced by hand", async (context) => {
      needKinds(context);
      await application("next-commit", { prune: true });
      await tracked("next-commit");
      const next = await only("next-commit");
      expect(next).toMatchObject({ undoesWithinSeconds: null, pausing: { state: "possible" } });
      expect(next.sentence).toContain("until the next commit");
      await application("manual", null);
      await tracked("manual");
      expect(await only("manual")).toMatchObject({ pausing: { state: "unneeded" } });
      expect(await guard.pauseOwner({ ...argo("manual"), mark: "R-1", reason })).toMatchObject({
        outcome: "refused",
      });
    });

    test("a label is enough when the Application lists the Deployment", async (context) => {
      needKinds(context);
      const labels = { "app.kubernetes.io/instance": "labelled" };
      await marked("labelled", { labels });
      await marked("not-listed", { labels });
      const listed = { group: "apps", kind: "Deployment", namespace, name: "labelled" };
      await application("labelled", { selfHeal: true }, { status: { resources: [listed] } });
      expect(await only("labelled")).toMatchObject(argo("labelled"));
      expect(await guard.owners({ namespace, name: "not-listed" })).toEqual([]);
      // A mark that was copied along with a Deployment names the one it was copied from.
      const copied = `labelled:apps/Deployment:${namespace}/labelled`;
      await marked("copied", { annotations: { "argocd.argoproj.io/tracking-id": copied } });
      expect(await guard.owners({ namespace, name: "copied" })).toEqual([]);
    });

    test("an Application that can't be found is named all the same, with the worst to expect", async (context) => {
      needKinds(context);
      const tracking = `${namespace}_elsewhere:apps/Deployment:${namespace}/orphan`;
      await marked("orphan", { annotations: { "argocd.argoproj.io/tracking-id": tracking } });
      const owner = await only("orphan");
      expect(owner).toMatchObject({
        ...argo("elsewhere"),
        undoesWithinSeconds: 5,
        pausing: { state: "refused", who: "whoever runs Argo CD application elsewhere" },
      });
    });

    test("who would turn it back on: a parent, an ApplicationSet, unless it leaves the policy alone", async (context) => {
      needKinds(context);
      await application("apps", { selfHeal: true });
      const annotations = {
        "argocd.argoproj.io/tracking-id": `apps:argoproj.io/Application:${namespace}/child`,
      };
      await application("child", { selfHeal: true }, { metadata: { annotations } });
      await tracked("child");
      expect((await only("child")).resumedBy).toBe("its parent, Argo CD application apps");

      const ignore = [{ jsonPointers: ["/spec/syncPolicy"] }];
      const sets: [string, Json, string | null][] = [
        ["set-all", {}, "ApplicationSet set-all"],
        ["set-ignores", { ignoreApplicationDifferences: ignore }, null],
        ["set-creates", { syncPolicy: { applicationsSync: "create-only" } }, null],
      ];
      for (const [name, spec, expected] of sets) {
        const made = await put(ARGO, "ApplicationSet", name, { spec: { generators: [], ...spec } });
        const { metadata } = await admin.must("GET", made);
        const { uid } = metadata as Json;
        const owner = { apiVersion: ARGO, kind: "ApplicationSet", name, uid };
        await application(name, { selfHeal: true }, { metadata: { ownerReferences: [owner] } });
        await tracked(name);
        expect((await only(name)).resumedBy, name).toBe(expected);
      }
    });

    test("a Kustomization that is told to leave a Deployment alone has nothing to pause", async (context) => {
      needKinds(context);
      await put(FLUX, "Kustomization", "let-be", { spec: { interval: "10m" } });
      await kustomized("let-be");
      await cluster.annotate("let-be", { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" });
      expect(await only("let-be")).toMatchObject({
        undoesWithinSeconds: null,
        pausing: { state: "unneeded" },
      });
    });

    test("a HelmRelease undoes only what it calls drift", async (context) => {
      needKinds(context);
      for (const [name, mode, seconds] of [
        ["corrects", "enabled", 300],
        ["warns", "warn", null],
      ] as const) {
        await put(HELM, "HelmRelease", name, {
          spec: { interval: "5m", driftDetection: { mode } },
        });
        await marked(name, {
          annotations: { "meta.helm.sh/release-name": name },
          labels: {
            "helm.toolkit.fluxcd.io/name": name,
            "helm.toolkit.fluxcd.io/namespace": namespace,
          },
        });
        expect(await only(name)).toMatchObject({
          kind: "flux-helm-release",
          undoesWithinSeconds: seconds,
          pausing: { state: "possible" },
        });
      }
    });
  });
}
