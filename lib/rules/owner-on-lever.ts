import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { OwnerKind, OwnerOnLever } from "@/lib/contracts/owner";
import { ageInWords } from "./say";

/** An owner of a Deployment, as its source tells of it. */
export type OwnerFacts = {
  kind: OwnerKind;
  /** "Argo CD application checkout" */
  title: string;
  sentence: string;
  undoesWithinSeconds: number | null;
  pausing:
    | { state: "possible" }
    | { state: "paused"; mark: string | null; sentence: string }
    | { state: "unneeded" }
    | { state: "refused"; because: string; who: string };
  resumedBy: string | null;
};

/** What a rollback does about an owner. `isReturn`: it leads to what its owners have, as a put-back does. */
export type RollbackOf = {
  isReturn: boolean;
  /** A Restoration that an owner undid lately: which, and the program that did it. */
  undone: { id: string; by: string | null } | null;
};

/** An owner as the rollback lever shows it. */
export function ownerOnLever(owner: OwnerFacts, { isReturn, undone }: RollbackOf): OwnerOnLever {
  const { kind, title, undoesWithinSeconds, resumedBy, pausing } = owner;
  const facts = { kind, title, undoesWithinSeconds, resumedBy, because: null, who: null };
  const did = undone && isOf(kind, undone.by) ? ` It undid ${undone.id}: it wasn’t paused.` : "";
  switch (pausing.state) {
    case "possible": {
      if (isReturn) {
        const sentence = `${title} goes on: this is what it wants.${did}`;
        return { ...facts, sentence, handling: "unneeded" };
      }
      return {
        ...facts,
        sentence: `${owner.sentence}${did} Pulling pauses it first.`,
        handling: "pause",
      };
    }
    case "paused": {
      const paused =
        pausing.mark === null
          ? `${title} is paused already. ${pausing.sentence}`
          : `${title} is paused already, for ${pausing.mark}.`;
      const then =
        isReturn && pausing.mark?.startsWith("R-")
          ? " It goes on once this was accepted and nothing else needs it paused."
          : "";
      const sentence = `${paused}${then}`;
      return { ...facts, sentence, handling: "paused-already", undoesWithinSeconds: null };
    }
    case "unneeded":
      return { ...facts, sentence: `${owner.sentence}${did}`, handling: "unneeded" };
    case "refused": {
      if (isReturn) return { ...facts, sentence: owner.sentence, handling: "unneeded" };
      const { because, who } = pausing;
      const sentence = `${owner.sentence}${did} It can’t be paused: ${because}`;
      return { ...facts, sentence, handling: "refused", because, who };
    }
    default:
      return pausing satisfies never;
  }
}

/** Whether a program that the cluster names is this kind of owner. */
function isOf(kind: OwnerKind, manager: string | null): boolean {
  if (manager === null) return false;
  switch (kind) {
    case "argo-cd":
      return manager.startsWith("argocd");
    case "flux-kustomization":
      return manager === "kustomize-controller";
    case "flux-helm-release":
      return manager === "helm-controller";
    case "helm":
      return manager === "helm";
    case "kubectl-apply":
      return manager.startsWith("kubectl");
    default:
      return kind satisfies never;
  }
}

export type OwnersSaid = {
  /** To follow what the rollback does: " Pauses Argo CD application checkout first." or nothing. */
  sentence: string;
  blockers: Blocker[];
  warnings: Warning[];
  checks: string[];
};

/** What owners mean for a rollback that they may undo; one that leads to what they have needs no warning. */
export function sayOwners(owners: readonly OwnerOnLever[], isReturn = false): OwnersSaid {
  const paused = owners.filter(({ handling }) => handling === "pause");
  const titles = paused.map(({ title }) => title).join(" and ");
  return {
    sentence: paused.length === 0 ? "" : ` Pauses ${titles} first.`,
    blockers: owners.flatMap(undoing),
    warnings: isReturn ? [] : owners.flatMap(warningsOf),
    checks: owners.flatMap(checksOf),
  };
}

/** "within 5 s", "within 10 min" */
export function withinWords(seconds: number): string {
  return `within ${ageInWords(seconds * 1_000)}`;
}

/** An owner that can't be paused takes the rollback back: a person may pull it all the same. */
function undoing({ handling, title, because, who, undoesWithinSeconds }: OwnerOnLever): Blocker[] {
  if (handling !== "refused" || undoesWithinSeconds === null) return [];
  const about = ageInWords(undoesWithinSeconds * 1_000);
  return [
    {
      code: "owner-undoes",
      sentence:
        `The rollback would last about ${about}: ${title} undoes it and can’t be paused. ${because ?? ""}`.trim(),
      who,
      commands: [],
      mayOverride: true,
    },
  ];
}

function warningsOf(owner: OwnerOnLever): Warning[] {
  const { kind, handling, title, sentence, resumedBy, undoesWithinSeconds } = owner;
  const warnings: Warning[] = [];
  if (handling === "pause" && resumedBy !== null) {
    warnings.push({
      code: "owner-resumed",
      sentence: `${resumedBy} turns ${title} back on: pausing may not last.`,
      unsafe: true,
    });
  }
  // What was applied by hand is told with what it was last applied with.
  const isLater =
    (handling === "unneeded" && kind !== "kubectl-apply") ||
    (handling === "refused" && undoesWithinSeconds === null);
  if (isLater) warnings.push({ code: "owner-delivers", sentence, unsafe: false });
  return warnings;
}

function checksOf({ handling, title, sentence, undoesWithinSeconds }: OwnerOnLever): string[] {
  if (handling === "paused-already") return [sentence];
  if (handling !== "pause") return [];
  return [
    undoesWithinSeconds === null
      ? `${title} would bring the newer version back at its next delivery: pulling pauses it first`
      : `${title} undoes it ${withinWords(undoesWithinSeconds)}: pulling pauses it first`,
  ];
}

/** "Argo CD application checkout", where its source doesn't say. */
export function ownerTitle(kind: OwnerKind, name: string): string {
  switch (kind) {
    case "argo-cd":
      return `Argo CD application ${name}`;
    case "flux-kustomization":
      return `Flux Kustomization ${name}`;
    case "flux-helm-release":
      return `Flux HelmRelease ${name}`;
    case "helm":
      return `Helm release ${name}`;
    case "kubectl-apply":
      return `kubectl apply of ${name}`;
    default:
      return kind satisfies never;
  }
}
