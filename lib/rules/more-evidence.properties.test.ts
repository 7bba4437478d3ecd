import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import { MINUTE } from "@/lib/server/test-any-incident";
import {
  atOf,
  changed,
  fallsWith,
  isCrowded,
  MARK,
  marked,
  mergeOf,
  newFlag,
  newMerge,
  newRestart,
  type Piece,
  pods,
  timeOf,
  told,
  turnedBad,
  withDeploy,
} from "@/lib/server/test-more-evidence";

const RUNS = 400;
/** Of that many worlds, at least so many must have had a suspect for the piece. */
const LEAST = 5;
const PIECES: Record<string, Piece> = {
  "a word that only it has": (chosen) => {
    const without = changed(chosen.input, marked(chosen));
    return { without, with: told(without, { texts: [`${MARK} broke`] }), isShared: false };
  },
  "a word that others have too": (chosen) => {
    const word = ["LIMIT", "key", "f3x.ts", "KEY", "key-7", "memory", "src"][chosen.dice % 7];
    const without = changed(chosen.input, marked(chosen, word));
    return { without, with: told(without, { texts: [`${word}`] }), isShared: true };
  },
  "two common words that it writes together": (chosen) => {
    const without = changed(chosen.input, marked(chosen, "POST_CODE"));
    return { without, with: told(without, { texts: ["no post code"] }), isShared: false };
  },
  "a word of what fills or runs out": (chosen) => ({
    with: told(chosen.input, { texts: ["backlog"] }),
    isShared: true,
  }),
  "its service named in the words": (chosen) => ({
    with: told(chosen.input, { texts: [chosen.change.services[0] ?? ""] }),
    isShared: isCrowded(chosen),
  }),
  "pods of what it changed, unhealthy at any time since": (chosen) => ({
    with: told(chosen.input, { unhealthy: [pods(chosen, chosen.dice * 10_000)] }),
    isShared: isCrowded(chosen),
  }),
  "more pods of what it changed": (chosen) => {
    const without = told(chosen.input, { unhealthy: [pods(chosen, 0), pods(chosen, MINUTE)] });
    const more = pods(chosen, chosen.dice * 1_000);
    return { without, with: told(without, { unhealthy: [more] }), isShared: isCrowded(chosen) };
  },
  "a way back that helped": (chosen) => {
    const { change, input, onset, dice } = chosen;
    const at = timeOf(Math.max(onset, atOf(chosen)) + dice * 3_000);
    const helped = { changeId: change.id, at, by: null, helped: true };
    return { with: told(input, { wayBacks: [helped] }), isShared: false };
  },
  "its service hurt too": ({ input, change }) => {
    const name = change.services.find((one) => !input.affected.includes(one));
    return name
      ? { with: { ...input, affected: [...input.affected, name] }, isShared: true }
      : null;
  },
  "what is hurt depends on it": (chosen) => {
    const { input, change, dice } = chosen;
    const hurt = input.affected[dice % input.affected.length];
    const name = change.services[0];
    if (!hurt || !name || hurt === name) return null;
    const services = input.services.map((one) =>
      one.name === hurt ? { ...one, dependsOn: [...one.dependsOn, name] } : one,
    );
    return { with: { ...input, services }, isShared: true };
  },
  "its service's signal turned bad after it, before or as harm began": (chosen) => {
    const { input, change, onset, dice } = chosen;
    const name = change.services[0];
    const since = onset - atOf(chosen);
    if (!name || since <= 0 || input.evidence.signals.some(({ service }) => service === name)) {
      return null;
    }
    const at = onset - Math.min(since - 1_000, 60 * MINUTE) * (dice / 999);
    return { with: told(input, { signals: [turnedBad(name, at, onset)] }), isShared: true };
  },
  "harm closer behind it": (chosen) => {
    const { input, change, onset, dice } = chosen;
    if (change.kind !== "flag") return null;
    const far = 30_000 + dice * 20_000;
    const at = (before: number) =>
      changed(input, newFlag(chosen, onset - before, { id: change.id }));
    return { without: at(far), with: at(far * ((dice % 10) / 10)), isShared: true };
  },
  "one more setting": (chosen) => {
    const { details } = chosen.change;
    if (details.kind !== "deploy") return null;
    const templateChanges = [...details.templateChanges, "env NEW 1 → 2"];
    const more = withDeploy(chosen, { templateChanges });
    return more && { with: changed(chosen.input, more), isShared: false };
  },
  "something taken away": (chosen) => {
    const { details } = chosen.change;
    if (details.kind !== "deploy") return null;
    const templateChanges = [...details.templateChanges, "memory limit 512Mi → 256Mi"];
    const more = withDeploy(chosen, { templateChanges });
    return more && { with: changed(chosen.input, more), isShared: true };
  },
  "a stuck rollout": (chosen) => {
    const more = withDeploy(chosen, { rollout: "stuck" });
    return more && { with: changed(chosen.input, more), isShared: false };
  },
  "one more merge that touched a path of the error's": (chosen) => {
    const { change, input } = chosen;
    if (change.kind !== "deploy") return null;
    const without = told(input, { texts: ["at narwhal.ts:41"] });
    const more = newMerge(chosen, "src/narwhal.ts");
    const carries = [...change.carries, more.id];
    return { without, with: changed(without, { ...change, carries }, more), isShared: false };
  },
  "one more touched path of the error's": (chosen) => {
    const merge = mergeOf(chosen);
    if (merge?.details.kind !== "merge") return null;
    const many = Array.from({ length: chosen.dice }, (_, index) => ({
      ...{ path: `src/some/folder/that/is/deep/part${index}.ts`, status: "m" },
      ...{ additions: 1, deletions: 0 },
    }));
    const last = { path: "src/some/folder/part1234.ts", status: "m", additions: 9, deletions: 0 };
    const first = { ...last, path: "src/narwhal.ts" };
    const of = (files: typeof many) =>
      merge.details.kind === "merge" ? { ...merge, details: { ...merge.details, files } } : merge;
    const texts = ["at narwhal.ts:41", "part1234.ts"];
    const without = changed(told(chosen.input, { texts }), of([...many, last]));
    return { without, with: changed(without, of([first, ...many, last])), isShared: true };
  },
  "a migration among its files": (chosen) => {
    const merge = mergeOf(chosen);
    if (merge?.details.kind !== "merge") return null;
    const path = "prisma/migrations/20260101_new/migration.sql";
    const files = [...merge.details.files, { path, status: "a", additions: 9, deletions: 0 }];
    const more = { ...merge, details: { ...merge.details, files } };
    return { with: changed(chosen.input, more), isShared: true };
  },
  "a flag in its diff, turned since": (chosen) => {
    const merge = mergeOf(chosen);
    const { input, onset, dice } = chosen;
    const span = onset - atOf(chosen);
    if (merge?.details.kind !== "merge" || span <= 0) return null;
    const flagKeys = [...merge.details.flagKeys, "key-new"];
    const more = { ...merge, details: { ...merge.details, flagKeys } };
    const flag = newFlag(chosen, atOf(chosen) + (span * (dice + 1)) / 1_001);
    return { with: changed(input, more, flag), isShared: true };
  },
  "a flag that was turned, now known to be in its diff": (chosen) => {
    const merge = mergeOf(chosen);
    const { input, onset, dice } = chosen;
    const span = onset - atOf(chosen);
    if (merge?.details.kind !== "merge" || span <= 0) return null;
    const without = changed(
      told(input, { texts: ["src key-new", "four odd words here", "LIMIT"].slice(0, dice % 4) }),
      newFlag(chosen, atOf(chosen) + (span * (dice + 1)) / 1_001),
    );
    const flagKeys = [...merge.details.flagKeys, "key-new"];
    const more = { ...merge, details: { ...merge.details, flagKeys } };
    return { without, with: changed(without, more), isShared: true };
  },
  "a flag linked to code that nobody deployed": (chosen) => {
    const { change, input, dice } = chosen;
    if (change.details.kind !== "flag") return null;
    const key = change.details.key;
    const texts = dice % 2 ? ["four zany words here"] : [];
    const without = changed(told(input, { texts }), newMerge(chosen, "src/narwhal.ts"));
    const more = newMerge(chosen, "src/narwhal.ts", [key]);
    return { without, with: changed(without, more), isShared: true };
  },
  "configuration that its restart made take effect": (chosen) => {
    const span = chosen.onset - atOf(chosen);
    if (chosen.change.kind !== "config" || span <= 0) return null;
    const restart = newRestart(chosen, atOf(chosen) + span / 2);
    return { with: changed(chosen.input, restart), isShared: true };
  },
  "the same merge, delivered to another service that is hurt": (chosen) => {
    const { change, input } = chosen;
    const merge = mergeOf(chosen);
    const [mine] = change.services;
    const other = input.affected.find((name) => name !== mine);
    if (!merge || change.details.kind !== "deploy" || !mine || !other) return null;
    if (!input.affected.includes(mine)) return null;
    const twin: Change = {
      ...{ ...change, id: "twin", services: [other], at: timeOf(atOf(chosen) - MINUTE) },
      details: { ...change.details, deployment: other, revision: 99, previousRevision: 98 },
    };
    return { with: changed(input, twin), isShared: true };
  },
  "a wider step of its flag": (chosen) => {
    const { input, change, onset, dice } = chosen;
    if (change.kind !== "flag") return null;
    const step = (to: number) => newFlag(chosen, onset - MINUTE, { id: change.id, to });
    const to = 1 + (dice % 90);
    return {
      ...{ without: changed(input, step(to)), with: changed(input, step(to + 9)) },
      isShared: false,
    };
  },
  "what had been taken away, put back": (chosen) => {
    const { input, change, onset } = chosen;
    if (change.kind !== "flag") return null;
    const without = changed(input, newFlag(chosen, onset - MINUTE, { id: change.id }));
    const on = newFlag(chosen, onset - 50 * MINUTE, { id: "first" });
    const off = newFlag(chosen, onset - 30 * MINUTE, { id: "off", from: 100, to: 0 });
    return { without, with: changed(without, on, off), isShared: true };
  },
  "one more step of its ramp that the signal followed": (chosen) => {
    const { input, change, onset, dice } = chosen;
    const [hurt] = input.affected;
    if (change.kind !== "flag" || !hurt) return null;
    const begun = onset - (onset % MINUTE);
    const steps = [
      newFlag(chosen, begun - 25 * MINUTE, { id: "first", to: 20 }),
      newFlag(chosen, begun - 1_000, { id: change.id, from: 20, to: 40 }),
      newFlag(chosen, begun + 12 * MINUTE, { id: "third", from: 40, to: 70 }),
    ];
    const { points, ...signal } = turnedBad(hurt, begun, begun);
    const rise = 0.05 + dice / 10_000;
    const more = points.map(([at, value]): [number, number] => [
      at,
      at < begun + 12 * MINUTE ? value : value + rise,
    ]);
    const world = {
      ...changed(input, ...steps),
      evidence: { ...input.evidence, signals: [] },
    };
    return {
      without: told(world, { signals: [{ ...signal, points }] }),
      with: told(world, { signals: [{ ...signal, points: more }] }),
      isShared: true,
    };
  },
};

describe("a piece of evidence for a suspect never lowers it", () => {
  test.each(Object.entries(PIECES))("%s", (_, piece) => {
    const { added, falls } = fallsWith(piece, RUNS);
    expect(added).toBeGreaterThanOrEqual(LEAST);
    expect(falls).toEqual([]);
  });
});
