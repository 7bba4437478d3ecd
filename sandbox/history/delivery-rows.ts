import { type Chance, createChance } from "./chance.ts";
import {
  type ChangeRow,
  iso,
  type LinkRow,
  PAST_NAMESPACE,
  PAST_REPOSITORY,
  pastId,
} from "./change-row.ts";
import { DAY, type DatedIncident, HOUR, MINUTE, PEOPLE } from "./dated-incident.ts";
import { ORDINARY_WORKS } from "./ordinary-works.ts";

type Merge = {
  id: string;
  number: number;
  at: number;
  title: string;
  commit: string;
  row: ChangeRow;
};
type Deploy = {
  at: number;
  merges: Merge[];
  /** A way back: the incident whose culprit it takes back. */
  returnsFor?: number;
  culpritOf?: number;
};

/** What an incident's levers acted on, with the ids of their Changes. */
export type Culprit = {
  changeId: string;
  /** "checkout 41 → 42" */
  title: string;
  revision: number;
  previousRevision: number;
  previousId: string;
  merge: { id: string; number: number; title: string };
  /** The first ordinary deploy after a rollback: from then on nothing older is left running. */
  overtaken: { at: string; title: string } | null;
};

export type Deliveries = { rows: ChangeRow[]; links: LinkRow[]; culprits: Map<number, Culprit> };

const SERVICES = ["storefront", "catalog", "checkout", "payments"] as const;
/** After this the sandbox's own cluster and repository tell the story; only culprits are added. */
const MOVED_DAYS_AGO = 95;
const FIRST_DAY = 735;

/**
 * Merges and the deploys that carried them in the two years before the shop moved, with the one that
 * each incident blames and the way back from it. Restorations are named by their incident's number.
 */
export function deliveryRows(
  now: number,
  incidents: DatedIncident[],
  restorationOf: (incident: DatedIncident) => string,
): Deliveries {
  const chance = createChance(7_101_982);
  const made: Deliveries = { rows: [], links: [], culprits: new Map() };
  const numbers = { pull: 400 };
  for (const service of SERVICES) {
    const own = incidents.filter((one) => one.service === service && isOfDeploys(one));
    const deploys = [
      ...ordinary(service, now, { chance, numbers }),
      ...own.flatMap((incident) => ofIncident(incident, { chance, numbers, restorationOf })),
    ].sort((a, b) => a.at - b.at);
    number(service, deploys, {
      chance,
      made,
      incidents: new Map(own.map((one) => [one.number, one])),
      restorationOf,
    });
  }
  return made;
}

const isOfDeploys = ({ lever }: DatedIncident) => lever === "rollback" || lever === "revert";

type Drawing = { chance: Chance; numbers: { pull: number } };

function ordinary(service: string, now: number, drawing: Drawing): Deploy[] {
  const { chance } = drawing;
  const deploys: Deploy[] = [];
  for (let day = FIRST_DAY; day > MOVED_DAYS_AGO; day -= chance.around(2.6, 2)) {
    const at = now - day * DAY;
    const merges = Array.from({ length: chance.pick([1, 1, 1, 2, 2, 3]) }, () =>
      mergeAt(service, at - chance.around(5 * HOUR, 3), chance.pick(ORDINARY_WORKS), drawing),
    );
    deploys.push({ at, merges });
  }
  return deploys;
}

/** The deploy that hurt, and what brought back the state before. */
function ofIncident(
  incident: DatedIncident,
  drawing: Drawing & { restorationOf: (incident: DatedIncident) => string },
): Deploy[] {
  const { chance } = drawing;
  const { service, changedAt, inEffectAt, acceptedAt } = incident;
  const before = changedAt - chance.around(3 * HOUR, 2);
  const merges = [mergeAt(service, before, incident.change, drawing)];
  if (incident.lever === "rollback" && chance.next() < 0.5) {
    merges.push(mergeAt(service, before - 20 * MINUTE, chance.pick(ORDINARY_WORKS), drawing));
  }
  const culprit: Deploy = { at: changedAt, merges, culpritOf: incident.number };
  const way = { at: acceptedAt ?? changedAt, merges: [], returnsFor: incident.number };
  if (incident.lever === "rollback") return [culprit, way];
  const [reverted] = merges;
  const merged = (inEffectAt ?? changedAt) - 9 * MINUTE;
  const revert = mergeAt(service, merged, `Revert "${incident.change}"`, drawing, {
    revertOf: reverted?.number ?? null,
    restorationId: drawing.restorationOf(incident),
  });
  return [
    culprit,
    { at: (inEffectAt ?? changedAt) - 90_000, merges: [revert], returnsFor: incident.number },
  ];
}

function mergeAt(
  service: string,
  at: number,
  title: string,
  { chance, numbers }: Drawing,
  way: { revertOf: number | null; restorationId: string | null } = {
    ...{ revertOf: null, restorationId: null },
  },
): Merge {
  numbers.pull += 1;
  const { pull } = numbers;
  const commit = chance.hex(40);
  const id = pastId(1, pull);
  const file = title
    .toLowerCase()
    .replace(/[^a-z]+/g, "-")
    .slice(0, 24);
  return {
    ...{ id, number: pull, at, title, commit },
    row: {
      ...{ id, kind: "merge", source: "github", naturalKey: `${PAST_REPOSITORY}#${pull}` },
      ...{ services: [service], title, environment: null, at: iso(at), completedAt: null },
      ...{ actor: chance.pick(PEOPLE), url: null, subject: `${PAST_REPOSITORY}#${pull}` },
      ...{ commit, linkedAt: null },
      details: {
        ...{ kind: "merge", repository: PAST_REPOSITORY, number: pull, base: "main" },
        ...{ branch: `${service}/${file}`, method: chance.pick(["merge", "squash", "squash"]) },
        ...{ mergeCommit: commit, headCommit: chance.hex(40), labels: [], flagKeys: [] },
        files: [
          {
            ...{ path: `services/${service}/src/${file}.ts`, status: "modified" },
            ...{ additions: chance.whole(3, 90), deletions: chance.whole(0, 40) },
          },
        ],
        ...{ mentions: [], ...way },
      },
    },
  };
}

/** Gives the deploys of one service their revisions, in order, and writes them down. */
function number(
  service: string,
  deploys: Deploy[],
  about: {
    chance: Chance;
    made: Deliveries;
    incidents: Map<number, DatedIncident>;
    restorationOf: (incident: DatedIncident) => string;
  },
): void {
  const { chance, made, incidents } = about;
  const hashes: string[] = [];
  const commits: string[] = [];
  const older: Culprit[] = [];
  for (const [index, deploy] of deploys.entries()) {
    const revision = index + 1;
    const incident = incidents.get(deploy.returnsFor ?? -1);
    const culprit = incident && made.culprits.get(incident.number);
    const isRollback = incident?.lever === "rollback" && culprit !== undefined;
    const back = isRollback ? culprit.previousRevision : null;
    const commit = back ? (commits[back - 1] ?? "") : (deploy.merges[0]?.commit ?? chance.hex(40));
    const hash = back ? (hashes[back - 1] ?? "") : chance.hex(64);
    hashes.push(hash);
    commits.push(commit);
    const id = idOf(service, revision);
    const title = revision === 1 ? `${service} 1` : `${service} ${revision - 1} → ${revision}`;
    if (isRollback) older.push(culprit);
    else for (const one of older.splice(0)) one.overtaken = { at: iso(deploy.at), title };
    made.rows.push({
      ...{ id, kind: "deploy", source: "cluster", title, services: [service] },
      ...{ naturalKey: `${PAST_NAMESPACE}-${service}:${revision}`, environment: null, url: null },
      ...{ subject: `${PAST_NAMESPACE}/${service}`, actor: null, commit, linkedAt: iso(deploy.at) },
      at: iso(deploy.at),
      completedAt: iso(deploy.at + chance.around(80_000, 1.6)),
      details: {
        ...{ kind: "deploy", namespace: PAST_NAMESPACE, deployment: service },
        ...{ uid: `${PAST_NAMESPACE}-${service}`, revision },
        previousRevision: revision === 1 ? null : revision - 1,
        images: [image(service, commit, commits.at(-2))],
        changeCause: deploy.merges[0] ? `Merge pull request #${deploy.merges[0].number}` : null,
        ...{ commit, commitFrom: "image-tag", previousCommit: commits.at(-2) ?? null },
        templateChanges: [`image of app: ${short(commits.at(-2))} → ${short(commit)}`],
        ...{ templateHash: hash, rollout: "complete", returnsTo: back },
        restorationId: isRollback ? about.restorationOf(incident) : null,
      },
    });
    for (const { row, id: toId } of deploy.merges) {
      made.rows.push(row);
      made.links.push({ fromId: id, toId });
    }
    const [merge] = deploy.merges;
    if (deploy.culpritOf !== undefined && merge) {
      made.culprits.set(deploy.culpritOf, {
        ...{ changeId: id, title, revision, previousRevision: revision - 1 },
        ...{ previousId: idOf(service, revision - 1), merge, overtaken: null },
      });
    }
  }
}

function idOf(service: string, revision: number): string {
  return pastId(0x10 + (SERVICES as readonly string[]).indexOf(service), revision);
}

const short = (commit: string | undefined) => commit?.slice(0, 12) ?? "none";

function image(service: string, commit: string, was: string | undefined): object {
  const at = (sha: string) => `registry.shop.example/${service}:${sha.slice(0, 12)}`;
  return { container: "app", image: at(commit), digest: null, was: was ? at(was) : null };
}
