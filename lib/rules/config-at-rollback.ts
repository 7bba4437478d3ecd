import type { Blocker, Warning } from "@/lib/contracts/lever";
import { areComparable, compareKeys, type KeyHashes, keysInWords } from "./config-changes";
import type { ConfigNeed } from "./config-references";
import { ageInWords } from "./say";

/** What an object held from a moment on, milliseconds; `keys` is null while it was gone. */
export type KnownContent = { keys: KeyHashes | null; from: number };

/** One object that a template needs: what it holds now, and what it held, newest first. */
export type ConfigFact = {
  need: ConfigNeed;
  now: /** `writtenAt`: when the cluster says that it was last written, milliseconds. */
    | { state: "there"; keys: KeyHashes; writtenAt?: number }
    | { state: "gone" }
    | { state: "unknown"; because: string };
  past: KnownContent[];
};

export type ConfigQuestion = {
  namespace: string;
  revision: number;
  /** When that revision was live, milliseconds; `until` is null while it still is. */
  live: { from: number; until: number | null };
  facts: ConfigFact[];
  now: number;
};

export type ConfigJudgement = { blockers: Blocker[]; warnings: Warning[]; checks: string[] };

/**
 * Would pods of an earlier revision start with today's ConfigMaps and Secrets, and would they run with
 * what they ran with then? Only hashes are compared; what isn't known is said to be unknown.
 */
export function judgeConfig(question: ConfigQuestion): ConfigJudgement {
  const blockers: Blocker[] = [];
  const warnings: Warning[] = [];
  const unchanged: string[] = [];
  const unread = new Map<string, string[]>();
  for (const fact of question.facts) {
    const what = `${fact.need.objectKind} ${fact.need.name}`;
    if (fact.now.state === "unknown") {
      unread.set(fact.now.because, [...(unread.get(fact.now.because) ?? []), what]);
      continue;
    }
    const missing = missingFrom(question, fact);
    if (missing) {
      blockers.push(missing);
      continue;
    }
    const told = fact.now.state === "there" ? changesOf(question, fact, fact.now) : [];
    warnings.push(...told);
    if (told.length === 0 && fact.now.state === "there") unchanged.push(what);
  }
  for (const [because, objects] of unread) {
    warnings.push({
      code: "config-unknown",
      sentence: `Whether ${keysInWords(objects)} changed since ${question.revision} was live isn’t known: ${because}.`,
      unsafe: false,
    });
  }
  const checks =
    unchanged.length === 0
      ? []
      : [
          `${keysInWords(unchanged)} ${unchanged.length === 1 ? "is" : "are"} there and as ${question.revision} had ${unchanged.length === 1 ? "it" : "them"}`,
        ];
  return { blockers, warnings, checks };
}

function missingFrom(question: ConfigQuestion, { need, now, past }: ConfigFact): Blocker | null {
  const { revision, namespace } = question;
  const what = `${need.objectKind} ${need.name}`;
  const plural = need.objectKind === "ConfigMap" ? "configmap" : "secret generic";
  if (now.state === "gone") {
    if (!need.isRequired) return null;
    const gone = past[0]?.keys === null ? past[0] : null;
    const since = gone ? ` (since ${ageInWords(question.now - gone.from)})` : "";
    const held = past.find((one) => one.keys !== null)?.keys ?? {};
    const literals = [...new Set([...need.requiredKeys, ...Object.keys(held)])]
      .sort()
      .map((key) => ` --from-literal=${key}=…`);
    return {
      code: "config-missing",
      sentence: `${revision} needs ${what}, which is gone${since}: its pods would not start.`,
      who: "whoever keeps its manifest",
      commands: [
        `kubectl create ${plural} ${need.name} --namespace ${namespace}${literals.join("")}`,
      ],
      mayOverride: true,
    };
  }
  if (now.state !== "there") return null;
  const lacking = need.requiredKeys.filter((key) => !Object.hasOwn(now.keys, key));
  if (lacking.length === 0) return null;
  const are = lacking.length === 1 ? "isn’t there" : "aren’t there";
  return {
    code: "config-key-missing",
    sentence: `${revision} needs ${keysInWords(lacking)} in ${what}, which ${are} now: its pods would not start.`,
    who: "whoever keeps its manifest",
    commands: [
      `kubectl edit ${need.objectKind.toLowerCase()} ${need.name} --namespace ${namespace}`,
    ],
    mayOverride: true,
  };
}

function changesOf(
  question: ConfigQuestion,
  fact: ConfigFact,
  { keys, writtenAt }: { keys: KeyHashes; writtenAt?: number },
): Warning[] {
  const { need, past } = fact;
  const { revision, live, now } = question;
  const what = `${need.objectKind} ${need.name}`;
  const end = live.until ?? now;
  const then = contentAt(past, end);
  if (!then || !areComparable(then.keys, keys)) {
    const oldest = past.at(-1);
    const why =
      oldest && oldest.from > end
        ? `it was written ${ageInWords(now - oldest.from)} ago, and what it held before isn’t known`
        : "it has only been followed since";
    return [
      {
        code: "config-unknown",
        sentence: `Whether ${what} changed since ${revision} was live isn’t known: ${why}.`,
        unsafe: false,
      },
    ];
  }
  const since = differences(need, then.keys, keys);
  const warnings: Warning[] = [];
  const timeline = { past, keys, now, writtenAt };
  if (since.changed.length > 0) {
    const many = since.changed.length > 1;
    warnings.push({
      code: "config-changed",
      sentence: `${keysInWords(since.changed)} in ${what} changed ${lastChange(timeline, since.changed)}, after ${revision} was live: ${revision} would run with today’s ${many ? "values" : "value"}.`,
      unsafe: false,
    });
  }
  if (since.removed.length > 0) {
    warnings.push({
      code: "config-removed",
      sentence: `${keysInWords(since.removed)} went from ${what} ${lastChange(timeline, since.removed)}, after ${revision} was live: ${revision} would run without ${since.removed.length === 1 ? "it" : "them"}.`,
      unsafe: true,
    });
  }
  // Variables are read when a pod starts: one that changed while a revision ran was perhaps never its.
  const start = need.noticed === "at-restart" ? contentAt(past, live.from) : null;
  if (start && areComparable(start.keys, then.keys)) {
    const during = differences(need, start.keys, then.keys).changed.filter(
      (key) => !since.changed.includes(key),
    );
    if (during.length > 0) {
      const until = { past: past.filter((one) => one.from <= end), keys: then.keys ?? {}, now };
      warnings.push({
        code: "config-changed-meanwhile",
        sentence: `${keysInWords(during)} in ${what} changed ${lastChange(until, during)}, while ${revision} was live: pods that had started before never ran with it.`,
        unsafe: false,
      });
    }
  }
  return warnings;
}

/** Keys of those that are needed; a key that came to a set is nothing an older version knows. */
function differences(
  need: ConfigNeed,
  was: KeyHashes | null,
  is: KeyHashes | null,
): { changed: string[]; removed: string[] } {
  const { added, changed, removed } = compareKeys(was, is);
  const isTaken = (key: string) => need.keys === null || need.keys.includes(key);
  const came = need.keys === null ? [] : added;
  return { changed: [...changed, ...came].filter(isTaken), removed: removed.filter(isTaken) };
}

function contentAt(past: KnownContent[], at: number): KnownContent | null {
  return past.find((one) => one.from <= at) ?? null;
}

/** When the latest of these keys got what it has: "40 min ago". */
function lastChange(
  about: { past: KnownContent[]; keys: KeyHashes; now: number; writtenAt?: number | undefined },
  named: string[],
): string {
  const { past, keys, now } = about;
  const times = named.map((key) => {
    // What the ledger hasn't seen yet is as old as the last write.
    let at = about.writtenAt ?? now;
    for (const one of past) {
      if (one.keys?.[key] !== keys[key]) break;
      at = one.from;
    }
    return at;
  });
  const age = now - Math.max(...times);
  return age < 1_000 ? "just now" : `${ageInWords(age)} ago`;
}
