import { expect, it } from "vitest";
import { type OwnerFacts, ownerOnLever, sayOwners } from "./owner-on-lever";

const TITLE = "Argo CD application checkout";
const UNPAUSED = { isReturn: false, undone: null };

function argo(more: Partial<OwnerFacts> = {}): OwnerFacts {
  return {
    kind: "argo-cd",
    title: TITLE,
    sentence: "It heals what differs from git.",
    undoesWithinSeconds: 5,
    pausing: { state: "possible" },
    resumedBy: null,
    ...more,
  };
}

const REFUSED = {
  state: "refused" as const,
  because: "Known Good may not patch applications.argoproj.io in argocd.",
  who: "a cluster admin",
};

it("is paused first, and says so where it is pulled", () => {
  const owner = ownerOnLever(argo(), UNPAUSED);
  expect(owner).toMatchObject({ handling: "pause", because: null, who: null });
  expect(owner.sentence).toBe("It heals what differs from git. Pulling pauses it first.");
  expect(sayOwners([owner])).toEqual({
    sentence: ` Pauses ${TITLE} first.`,
    blockers: [],
    warnings: [],
    checks: [`${TITLE} undoes it within 5 s: pulling pauses it first`],
  });
});

it("that can't be paused stands in the way, for who types why, and says how long it would last", () => {
  const owner = ownerOnLever(argo({ pausing: REFUSED }), UNPAUSED);
  expect(sayOwners([owner])).toMatchObject({
    sentence: "",
    checks: [],
    blockers: [
      {
        code: "owner-undoes",
        mayOverride: true,
        who: "a cluster admin",
        sentence: `The rollback would last about 5 s: ${TITLE} undoes it and can’t be paused. ${REFUSED.because}`,
      },
    ],
  });
});

it("that acts at the next delivery only is a warning, paused or not", () => {
  const later = argo({ undoesWithinSeconds: null });
  const refused = sayOwners([ownerOnLever({ ...later, pausing: REFUSED }, UNPAUSED)]);
  expect(refused.blockers).toEqual([]);
  expect(refused.warnings).toMatchObject([{ code: "owner-delivers", unsafe: false }]);
  const unneeded = ownerOnLever({ ...later, pausing: { state: "unneeded" } }, UNPAUSED);
  expect(sayOwners([unneeded]).warnings).toMatchObject([{ code: "owner-delivers" }]);
});

it("that somebody turns back on makes pausing unsafe", () => {
  const owner = ownerOnLever(argo({ resumedBy: "Application platform" }), UNPAUSED);
  expect(sayOwners([owner]).warnings).toMatchObject([
    {
      code: "owner-resumed",
      unsafe: true,
      sentence: expect.stringMatching(/platform turns .* back on/),
    },
  ]);
});

it("names what it undid, when it was it", () => {
  const by = (manager: string | null) =>
    ownerOnLever(argo(), { isReturn: false, undone: { id: "R-12", by: manager } }).sentence;
  expect(by("argocd-controller")).toMatch(/It undid R-12: it wasn’t paused\./);
  expect(by("kubectl-edit")).not.toMatch(/R-12/);
  expect(by(null)).not.toMatch(/R-12/);
});

it("is left alone by what leads to what it has", () => {
  const way = { isReturn: true, undone: null };
  expect(ownerOnLever(argo(), way).handling).toBe("unneeded");
  expect(sayOwners([ownerOnLever(argo({ pausing: REFUSED }), way)]).blockers).toEqual([]);
  const paused = { state: "paused" as const, mark: "R-1", sentence: "Paused for R-1." };
  const shown = ownerOnLever(argo({ pausing: paused }), way);
  expect(shown).toMatchObject({ handling: "paused-already", undoesWithinSeconds: null });
  expect(shown.sentence).toMatch(/is paused already, for R-1\. It goes on once this was accepted/);
});
