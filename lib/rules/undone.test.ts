import { expect, it } from "vitest";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import { DETAILS } from "@/lib/server/test-incident";
import { judgeDeploy, mayStillBeCure, sayUndone } from "./undone";

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString();
const ROLLBACK = { uid: "u", fromHash: "h24", fromRevision: 24, toHash: "h23" };

function change(details: Change["details"], minutes: number, carries: string[] = []): Change {
  return {
    ...{ id: `c${minutes}`, kind: details.kind, source: "cluster", services: ["checkout"] },
    ...{ title: "", environment: null, at: at(minutes), completedAt: null, actor: null, url: null },
    ...{ details, carries },
  };
}

function deploy(revision: number, minutes: number, more: Partial<DeployDetails> = {}): Change {
  const details = DETAILS.deploy(revision);
  if (details.kind !== "deploy") throw new Error("no deploy");
  return change({ ...details, ...more }, minutes);
}

const BEFORE = [
  deploy(23, 1, { commit: "c23" }),
  deploy(24, 5, { commit: "c24" }),
  deploy(25, 10, { templateHash: "h23", returnsTo: 23, restorationId: "R-1", commit: "c23" }),
];
const judged = (later: Change[], carried: Change[] = []) =>
  judgeDeploy({
    rollback: ROLLBACK,
    deploys: [...BEFORE, ...later].toReversed(),
    restorationId: "R-1",
    carried,
    culprits: new Set(["acme/shop#12"]),
  });

it("holds while nothing came later, also where the ledger lags behind", () => {
  expect(judged([])).toBe("holds");
  const behind = {
    rollback: ROLLBACK,
    restorationId: "R-1",
    carried: [],
    culprits: new Set<string>(),
  };
  expect(judgeDeploy({ ...behind, deploys: BEFORE.slice(0, 2).toReversed() })).toBe("holds");
  expect(judgeDeploy({ ...behind, deploys: [] })).toBe("holds");
});

it("is undone by the template that was taken away, whoever puts it back", () => {
  const healed = deploy(26, 11, {
    templateHash: "h24",
    returnsTo: 24,
    writtenBy: "argocd-controller",
  });
  expect(judged([healed])).toEqual({
    by: "argocd-controller",
    did: "put revision 24’s template back",
    takesBack: true,
    changeId: "c11",
  });
});

it("is undone by the same version in another template", () => {
  expect(judged([deploy(26, 11, { commit: "c24" })])).toMatchObject({
    did: "put revision 24’s version back",
    takesBack: true,
  });
});

it("is replaced by another version, unless that is the cure or a Restoration", () => {
  const other = deploy(26, 11, { commit: "c26", writtenBy: "helm" });
  expect(judged([other])).toMatchObject({
    takesBack: false,
    did: "put revision 26 live",
    by: "helm",
  });
  const revert = change(DETAILS.merge(15, 12), 9);
  expect(judged([other], [revert])).toBe("cured");
  expect(judged([other], [change(DETAILS.merge(15, 99), 9)])).toMatchObject({ takesBack: false });
  expect(judged([deploy(26, 11, { restorationId: "R-2" })])).toBe("holds");
  expect(judged([deploy(26, 11, { templateHash: "h23" })])).toBe("holds");
});

it("counts anew for a Deployment that was made anew", () => {
  expect(judged([deploy(1, 11, { uid: "v", templateHash: "h24" })])).toMatchObject({
    takesBack: true,
  });
});

it("waits a minute for what a delivery carries", () => {
  const fresh = deploy(26, 11, { commit: "c26" });
  const now = Date.parse(at(11));
  expect(mayStillBeCure(fresh, now + 5_000)).toBe(true);
  expect(mayStillBeCure(fresh, now + 61_000)).toBe(false);
  expect(mayStillBeCure({ ...fresh, carries: ["m"] }, now + 5_000)).toBe(false);
  expect(mayStillBeCure(deploy(26, 11), now + 5_000)).toBe(false);
});

it("is told with how long it lasted and who ended it", () => {
  const about = { at: "2026-11-23T10:00:12Z", acceptedAt: "2026-11-23T10:00:01Z" };
  const by = { by: "argocd-controller", did: "put revision 24’s template back", takesBack: true };
  expect(sayUndone(by, { ...about, inEffectAt: "2026-11-23T10:00:06Z" })).toBe(
    "Undone 6 s after it took effect: argocd-controller put revision 24’s template back.",
  );
  expect(sayUndone({ ...by, by: null }, { ...about, inEffectAt: null })).toBe(
    "Undone 11 s after it was accepted, before it took effect: somebody put revision 24’s template back.",
  );
  expect(
    sayUndone(
      { by: "helm", did: "put revision 26 live", takesBack: false },
      { ...about, inEffectAt: "2026-11-23T10:00:06Z" },
    ),
  ).toMatch(/^Replaced 6 s after it took effect: helm put revision 26 live\.$/);
});
