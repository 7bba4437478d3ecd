import type { DeliveryRow } from "@/lib/contracts/recovery";

/** What the attribution reads of a deploy of one service. Times: milliseconds since the epoch. */
export type JudgedDeploy = {
  id: string;
  at: number;
  completedAt: number | null;
  /** The Deployment whose revisions follow one another. */
  line: string;
  revision: number;
  /** The revision whose template it returns to, as the cluster says; null: none that it knows of. */
  returnsTo: number | null;
  template: string;
  restorationId: string | null;
  /** Pull requests it carries, and those they revert: "owner/name#12". */
  pulls: readonly string[];
  reverts: readonly string[];
  /** Title of the hotfix that it carries. */
  hotfix: string | null;
  firstMergedAt: number | null;
};

/** What Restorations add: when each was verified, and which deploy was the suspect of a retoggle. */
export type KnownRestorations = {
  /** By id, "R-12". */
  verifiedAt: ReadonlyMap<string, number>;
  /** Verified retoggles, by the id of the deploy that was their suspect. */
  retoggled: ReadonlyMap<string, { id: string; verifiedAt: number }>;
};

export type JudgedRole = Pick<DeliveryRow, "role" | "leadMs" | "recoveryMs" | "because">;

type Blame = { endedAt: number; because: string };

/**
 * The role of each deploy of one service, by id. A way back (a deploy that returns to an earlier state,
 * belongs to a Restoration, or carries a revert) and a hotfix are rework: neither normal deploys nor
 * failures. A return blames the first deploy after the state returned to; a revert blames the deploy
 * that carried the pull request it names; a retoggle blames its suspect if that was a deploy. A
 * hotfix blames nobody: it doesn't name what it fixes.
 */
export function attributeFailures(
  deploys: readonly JudgedDeploy[],
  known: KnownRestorations,
): Map<string, JudgedRole> {
  const reworked = new Map<string, string>();
  const blamed = new Map<string, Blame>();
  for (const line of linesOf(deploys)) judgeLine(line, { known, reworked, blamed });
  for (const [suspect, { id, verifiedAt }] of known.retoggled) {
    blame(blamed, suspect, {
      endedAt: verifiedAt,
      because: `It was the suspect when ${id} turned a flag`,
    });
  }
  return new Map(deploys.map((deploy) => [deploy.id, roleOf(deploy, reworked, blamed)]));
}

/** Deploys of one Deployment in the order in which they went live. */
function linesOf(deploys: readonly JudgedDeploy[]): JudgedDeploy[][] {
  const lines = Map.groupBy(deploys, (deploy) => deploy.line);
  return [...lines.values()].map((line) =>
    line.sort((a, b) => a.at - b.at || a.revision - b.revision || (a.id < b.id ? -1 : 1)),
  );
}

type Findings = {
  known: KnownRestorations;
  reworked: Map<string, string>;
  blamed: Map<string, Blame>;
};

function judgeLine(line: readonly JudgedDeploy[], found: Findings): void {
  const byRevision = new Map<number, number>();
  const byTemplate = new Map<string, number>();
  const byPull = new Map<string, number>();
  line.forEach((deploy, index) => {
    const to = returnOf(deploy, index, byRevision, byTemplate);
    const why = reworkOf(deploy, to === null ? null : (line[to]?.revision ?? null));
    if (why !== null) {
      found.reworked.set(deploy.id, why);
      const first = to === null ? undefined : line[firstNormal(line, found, to + 1, index)];
      const culprits = first ? [first] : [];
      for (const pull of liveReverts(deploy)) {
        const carrier = line[byPull.get(pull) ?? -1];
        if (carrier) culprits.push(carrier);
      }
      for (const culprit of culprits) {
        blame(found.blamed, culprit.id, { endedAt: endOf(deploy, found.known), because: why });
      }
    }
    byRevision.set(deploy.revision, index);
    byTemplate.set(deploy.template, index);
    for (const pull of deploy.pulls) if (!byPull.has(pull)) byPull.set(pull, index);
  });
}

/** Place of the deploy whose state this one returns to, with another in between; else null. */
function returnOf(
  deploy: JudgedDeploy,
  index: number,
  byRevision: ReadonlyMap<number, number>,
  byTemplate: ReadonlyMap<string, number>,
): number | null {
  const told = deploy.returnsTo === null ? undefined : byRevision.get(deploy.returnsTo);
  const to = told ?? byTemplate.get(deploy.template);
  return to !== undefined && to < index - 1 ? to : null;
}

function reworkOf(deploy: JudgedDeploy, toRevision: number | null): string | null {
  const { returnsTo, restorationId, hotfix } = deploy;
  const reverts = liveReverts(deploy);
  if (restorationId !== null) return `${restorationId} went back to an earlier state`;
  if (toRevision !== null) return `Revision ${deploy.revision} returned to revision ${toRevision}`;
  if (returnsTo !== null)
    return `It returned to revision ${returnsTo}, which the ledger doesn't have`;
  if (reverts.length > 0) return `A revert of ${reverts.join(" and ")} went live`;
  if (hotfix !== null) return `It carries a hotfix: ${hotfix}`;
  return null;
}

/** The pull requests it takes back; one that it carries itself was never live. */
function liveReverts({ pulls, reverts }: JudgedDeploy): string[] {
  return reverts.filter((pull) => !pulls.includes(pull));
}

/** The first deploy from `from` up to, not including, `to` that is no rework; -1 without one. */
function firstNormal(
  line: readonly JudgedDeploy[],
  { reworked }: Findings,
  from: number,
  to: number,
): number {
  for (let index = from; index < to; index += 1) {
    const deploy = line[index];
    if (deploy && !reworked.has(deploy.id)) return index;
  }
  return -1;
}

/** A way back ends when its Restoration was verified; without one, when its rollout was complete. */
function endOf(deploy: JudgedDeploy, known: KnownRestorations): number {
  const verifiedAt = deploy.restorationId ? known.verifiedAt.get(deploy.restorationId) : undefined;
  return verifiedAt ?? deploy.completedAt ?? deploy.at;
}

/** Blamed several times, the first way back counts. */
function blame(blamed: Map<string, Blame>, id: string, by: Blame): void {
  const before = blamed.get(id);
  if (!before || by.endedAt < before.endedAt) blamed.set(id, by);
}

function roleOf(
  deploy: JudgedDeploy,
  reworked: ReadonlyMap<string, string>,
  blamed: ReadonlyMap<string, Blame>,
): JudgedRole {
  const rework = reworked.get(deploy.id);
  if (rework !== undefined) {
    return { role: "rework", leadMs: null, recoveryMs: null, because: rework };
  }
  const leadMs =
    deploy.firstMergedAt === null ? null : Math.max(0, deploy.at - deploy.firstMergedAt);
  const blamedFor = blamed.get(deploy.id);
  if (blamedFor) {
    const recoveryMs = Math.max(0, blamedFor.endedAt - deploy.at);
    return { role: "failed", leadMs, recoveryMs, because: blamedFor.because };
  }
  return { role: "normal", leadMs, recoveryMs: null, because: "No way back names it" };
}
