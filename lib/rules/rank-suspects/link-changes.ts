import type { Change } from "@/lib/contracts/change";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";

/** Candidates that are one piece of work, with the merges behind each. */
export type Group = { members: Candidate[] };

/** Deploys of the same merge this far apart are one delivery to several services. */
const SAME_DELIVERY_MS = 3_600_000;
/** Configuration that is only read at start takes effect with a restart, this much later at most. */
const UNTIL_RESTART_MS = 6 * 3_600_000;

/**
 * Joins what belongs together: the steps of one flag; a flag with the deploy that brought its code
 * before it was turned; deploys of the same merge to several hurt services; configuration and the
 * restart that made it read.
 */
export function linkChanges(candidates: readonly Candidate[], links: Links, world: World): Group[] {
  const parent = new Map(candidates.map(({ change }) => [change.id, change.id]));
  const rootOf = (id: string): string => {
    let root = id;
    while (parent.get(root) !== root) root = parent.get(root) ?? root;
    parent.set(id, root);
    return root;
  };
  const join = (a: Candidate | undefined, b: Candidate) => {
    if (a) parent.set(rootOf(a.change.id), rootOf(b.change.id));
  };
  const affected = new Set([...world.affected, ...world.turned.keys()]);
  const lastOfFlag = new Map<string, Candidate>();
  const lastOfMerge = new Map<string, Candidate>();
  const lastConfigOf = new Map<string, Candidate>();
  for (const one of candidates) {
    const { change } = one;
    switch (change.details.kind) {
      case "flag": {
        const place = flagPlace(change);
        join(lastOfFlag.get(place), one);
        lastOfFlag.set(place, one);
        for (const merge of links.mergesOf(change)) join(lastOfMerge.get(merge.id), one);
        break;
      }
      case "deploy": {
        for (const { id } of links.mergesOf(change)) {
          const other = lastOfMerge.get(id);
          const isSameDelivery =
            other && one.at - other.at <= SAME_DELIVERY_MS && bothIn(affected, other, one);
          if (isSameDelivery) join(other, one);
          lastOfMerge.set(id, one);
        }
        if (isRestart(change)) {
          for (const service of change.services) {
            const config = lastConfigOf.get(service);
            if (config && one.at - config.at <= UNTIL_RESTART_MS) join(config, one);
          }
        }
        break;
      }
      case "config":
        for (const service of change.services) lastConfigOf.set(service, one);
        break;
      default:
        break;
    }
  }
  const groups = new Map<string, Group>();
  for (const one of candidates) {
    const root = rootOf(one.change.id);
    const group = groups.get(root);
    if (group) group.members.push(one);
    else groups.set(root, { members: [one] });
  }
  return [...groups.values()];
}

function bothIn(affected: ReadonlySet<string>, a: Candidate, b: Candidate): boolean {
  const isIn = ({ change }: Candidate) => change.services.some((name) => affected.has(name));
  return isIn(a) && isIn(b);
}

/** A rollout that changed nothing but a mark on the template, so that pods start anew. */
export function isRestart({ details, carries }: Change): boolean {
  return (
    details.kind === "deploy" &&
    carries.length === 0 &&
    details.images.every(({ image, was }) => was === null || was === image) &&
    details.templateChanges.length > 0 &&
    details.templateChanges.every((line) => /^(annotation|label)\b/.test(line))
  );
}

/** Which merges a change is about: those a deploy carries, those whose code a flag guards. */
export type Links = { mergesOf(change: Change): Change[] };

/** Reads the links once, so that asking costs nothing. */
export function readLinks(world: World): Links {
  const byKey = new Map<string, Change[]>();
  for (const change of world.changes) {
    if (change.details.kind !== "merge") continue;
    for (const key of new Set(change.details.flagKeys)) {
      const merges = byKey.get(key);
      if (merges) merges.push(change);
      else byKey.set(key, [change]);
    }
  }
  const known = new Map<string, Change[]>();
  return {
    mergesOf: ({ id, details, carries }) => {
      if (details.kind === "flag") return byKey.get(details.key) ?? [];
      if (carries.length === 0) return [];
      const old = known.get(id);
      if (old) return old;
      const merges = [...new Set(carries)].flatMap((one) => world.byId.get(one) ?? []);
      known.set(id, merges);
      return merges;
    },
  };
}

/** A flag in one environment, as a key. */
export function flagPlace({ details, source }: Change): string {
  if (details.kind !== "flag") return "";
  return JSON.stringify([source, details.project, details.key, details.environment]);
}
