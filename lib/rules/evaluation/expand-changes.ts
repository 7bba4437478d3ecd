import type { Change, ChangeDetails } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import { flagChangeInWords } from "@/lib/rules/flag-words";
import type { CaseChange, CaseMerge, IncidentCase } from "./incident-case";
import { hexOf, seeded, uuidOf } from "./seeded";

const MINUTE_MS = 60_000;

type Context = { incident: IncidentCase; harmAt: number };

/** The ledger's id of a case's change: it tells nothing about the part that the change plays. */
export function changeIdOf(incident: IncidentCase, shortName: string): string {
  return uuidOf(`${incident.id}/${shortName}`);
}

/** A case's changes as the ledger would hold them, in an order that says nothing. */
export function expandChanges(
  incident: IncidentCase,
  changes: CaseChange[],
  harmAt: number,
): Change[] {
  const context = { incident, harmAt };
  const revisions = revisionsOf(changes);
  const expanded = changes.flatMap((one) => {
    if ("deploy" in one) return expandDeploy(one, context, revisions);
    if ("flag" in one) return [expandFlag(one, context)];
    if ("merge" in one) return [expandMerge({ ...one, name: one.id }, context)];
    return [expandConfig(one, context)];
  });
  return expanded.sort((a, b) => a.id.localeCompare(b.id));
}

type CaseDeploy = Extract<CaseChange, { deploy: string }>;

/** Revisions count up in order of time, per Deployment. */
function revisionsOf(changes: CaseChange[]): Map<string, number> {
  const deploys = changes.filter((one): one is CaseDeploy => "deploy" in one);
  const live = new Map<string, number>();
  const revisions = new Map<string, number>();
  for (const one of deploys.toSorted((a, b) => a.at - b.at || a.id.localeCompare(b.id))) {
    const name = one.deployment ?? one.deploy;
    const first = one.isFirst ? 0 : 20 + Math.floor(seeded(name)() * 200);
    const revision = (live.get(name) ?? first) + 1;
    live.set(name, revision);
    revisions.set(one.id, revision);
  }
  return revisions;
}

function expandDeploy(one: CaseDeploy, context: Context, revisions: Map<string, number>): Change[] {
  const { incident } = context;
  const name = one.deployment ?? one.deploy;
  const revision = revisions.get(one.id) ?? 1;
  const previousRevision = one.isFirst ? null : revision - 1;
  const merges = one.merges.map((merge, index) =>
    carriedMerge(merge, merge.id ?? `${one.id}.${index + 1}`, one, context),
  );
  const isNewImage = one.newImage ?? (merges.length > 0 || one.settings.length === 0);
  const [is, was] = [`${incident.id}/${one.id}`, `${incident.id}/${one.id}/before`];
  const image = (of: string) => `registry.example.com/${name}:${hexOf(of, 12)}`;
  const completedAt = one.took === null ? null : timeOf(one.at + one.took, context);
  const details: ChangeDetails = {
    kind: "deploy",
    ...{ namespace: "production", deployment: name, uid: uuidOf(name) },
    ...{ revision, previousRevision },
    images: isNewImage
      ? [
          {
            container: "app",
            image: image(is),
            digest: `sha256:${hexOf(is, 64)}`,
            was: one.isFirst ? null : image(was),
          },
        ]
      : [],
    changeCause: null,
    commit: isNewImage ? hexOf(is, 40) : null,
    commitFrom: isNewImage ? "image-tag" : null,
    previousCommit: hexOf(was, 40),
    templateChanges: [
      ...(isNewImage && !one.isFirst ? [`image app ${hexOf(was, 12)} → ${hexOf(is, 12)}`] : []),
      ...one.settings,
    ],
    templateHash: hexOf(`${is}/template`, 64),
    rollout: one.took === null || one.at + one.took > incident.now ? "rolling" : "complete",
    returnsTo: one.returnsTo ? (revisions.get(one.returnsTo) ?? revision - 2) : null,
    restorationId: one.restoration ?? null,
  };
  return [
    {
      ...{ id: changeIdOf(incident, one.id), kind: "deploy", source: "cluster" },
      services: [one.deploy],
      title:
        previousRevision === null
          ? `${name} ${revision}`
          : `${name} ${previousRevision} → ${revision}`,
      environment: null,
      at: timeOf(one.at, context),
      completedAt: details.rollout === "rolling" ? null : completedAt,
      ...{ actor: one.by, url: null, details },
      carries: merges.map((merge) => merge.id),
    },
    ...merges,
  ];
}

function carriedMerge(merge: CaseMerge, name: string, on: CaseDeploy, context: Context): Change {
  return expandMerge(
    { ...merge, name, at: on.at - merge.before, of: [on.deploy], by: on.by },
    context,
  );
}

type Merged = Omit<CaseMerge, "before" | "id"> & {
  name: string;
  at: number;
  of: string[];
  by: string | null;
};

function expandMerge(one: Merged, context: Context): Change {
  const { incident } = context;
  const seed = `${incident.id}/${one.name}`;
  const number = one.number ?? 1_000 + Math.floor(seeded(seed)() * 8_000);
  const [service = "platform"] = one.of;
  const at = timeOf(one.at, context);
  return {
    ...{ id: changeIdOf(incident, one.name), kind: "merge", source: "code", services: one.of },
    title: `#${number} ${one.title}`,
    ...{ environment: null, at, completedAt: at, actor: one.by, url: null },
    details: {
      kind: "merge",
      repository: incident.services[service]?.repository ?? `acme/${service}`,
      number,
      branch: `change-${number}`,
      ...{ base: "main", method: "squash" },
      mergeCommit: hexOf(seed, 40),
      headCommit: hexOf(`${seed}/head`, 40),
      files: one.files.map(fileOf),
      labels: [],
      flagKeys: one.flags,
      mentions: one.flags,
      revertOf: one.revertOf ?? null,
      restorationId: null,
    },
    carries: [],
  };
}

function fileOf(line: string) {
  const [path = "", ...sizes] = line.split(" ");
  const size = (sign: string, otherwise: number) => {
    const found = sizes.find((one) => one.startsWith(sign));
    return found ? Number(found.slice(1)) : otherwise;
  };
  return { path, status: "modified", additions: size("+", 12), deletions: size("-", 4) };
}

function expandFlag(one: Extract<CaseChange, { flag: string }>, context: Context): Change {
  const before = one.from === null ? null : flagStateOf(one.flag, one.from);
  const after = one.to === null ? null : flagStateOf(one.flag, one.to);
  const action = one.action ?? (one.from === "off" ? "on" : one.to === "off" ? "off" : "strategy");
  const at = timeOf(one.at, context);
  const isMove = before && after && action !== "created" && action !== "archived";
  return {
    ...{ id: changeIdOf(context.incident, one.id), kind: "flag", source: "flags" },
    services: one.of,
    title: isMove
      ? `${one.flag} ${flagChangeInWords(before, after)}`
      : `${one.flag} ${action === "created" || action === "archived" ? action : "changed"}`,
    ...{ environment: one.environment, at, completedAt: at, actor: one.by, url: null },
    details: {
      kind: "flag",
      ...{ project: "default", key: one.flag, environment: one.environment, action },
      ...{ before, after, restorationId: one.restoration ?? null },
    },
    carries: [],
  };
}

/** What "25%", "on", "off" and "targeted" are in the flags' product. */
export function flagStateOf(key: string, state: string): FlagState {
  const rollout = state.endsWith("%") ? state.slice(0, -1) : "100";
  const constraints =
    state === "targeted" ? [{ contextName: "plan", operator: "IN", values: ["beta"] }] : [];
  return {
    enabled: state !== "off",
    strategies: [
      {
        ...{ id: uuidOf(key), name: "flexibleRollout", disabled: false },
        parameters: { rollout, stickiness: "default", groupId: key },
        ...{ constraints, segments: [], variants: [] },
      },
    ],
    variants: [],
  };
}

function expandConfig(one: Extract<CaseChange, { config: string }>, context: Context): Change {
  const at = timeOf(one.at, context);
  return {
    ...{ id: changeIdOf(context.incident, one.id), kind: "config", source: "cluster" },
    services: one.of,
    title: one.config.replace("/", " "),
    ...{ environment: null, at, completedAt: at, actor: one.by, url: null },
    details: { kind: "config", namespace: "production", object: one.config, keys: one.keys },
    carries: [],
  };
}

function timeOf(minute: number, { harmAt }: Context): string {
  return new Date(harmAt + Math.round(minute * MINUTE_MS)).toISOString();
}
