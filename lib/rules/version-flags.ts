import type { Warning } from "@/lib/contracts/lever";
import { keysInWords } from "./config-changes";
import type { FlagUse } from "./flag-use";
import { clockInWords, momentInWords } from "./moment-words";

export type FlagFindings = { warnings: Warning[]; checks: string[] };

/** A merge that mentions a flag and is live, with the files that it touched as they were before it. */
export type FlagMerge = {
  number: number;
  /** When its deploy went live, ISO 8601. */
  liveAt: string;
  before: FlagUse[];
};

/**
 * Does turning a flag still do what it did? Told from the files that merges touched which mention it:
 * as the running version has them (`running`), and as they were (`merges`, newest first).
 */
export function judgeFlagInCode(question: {
  key: string;
  /** "turning it off" */
  doing: string;
  isTurningOff: boolean;
  /** Commit of the running version. */
  commit: string;
  running: FlagUse[];
  merges: FlagMerge[];
  now: string;
}): FlagFindings {
  const { key, doing, running, merges, commit } = question;
  const short = commit.slice(0, 7);
  const mentioning = running.filter((one) => one.mentions);
  if (mentioning.length === 0) {
    for (const { number, liveAt, before } of merges) {
      const lost = before.filter((one) => one.mentions).map((one) => one.path);
      if (lost.length === 0) continue;
      return unsafe(
        "flag-gone",
        `#${number} removed ${key} from ${keysInWords(lost)}, live since ${since(liveAt, question.now)}: ${doing} does nothing.`,
      );
    }
    if (running.length === 0) return { warnings: [], checks: [] };
    return unsafe(
      "flag-gone",
      `The running version (${short}) has ${key} in none of the files that its merges touched (${running.length}): ${doing} may do nothing.`,
    );
  }
  if (question.isTurningOff) {
    for (const { number, liveAt, before } of merges) {
      const lost = before.filter((was) => {
        const is = mentioning.find((one) => one.path === was.path);
        return is !== undefined && was.otherPaths > 0 && is.otherPaths === 0;
      });
      if (lost.length === 0) continue;
      return unsafe(
        "flag-one-path",
        `#${number} took the other path of ${key} out of ${keysInWords(lost.map((one) => one.path))}, live since ${since(liveAt, question.now)}: ${doing} may not bring the old behaviour back.`,
      );
    }
  }
  const paths = keysInWords(mentioning.map((one) => one.path));
  return { warnings: [], checks: [`the running version (${short}) reads ${key} in ${paths}`] };
}

/** A flag that a merge brought which went live after the version a rollback leads to. */
export type YoungFlag = { key: string; number: number; revision: number };

/** Which flags will mean nothing in an older version. */
export function judgeFlagsOfVersion(revision: number, flags: YoungFlag[]): Warning[] {
  const sentences = flags.slice(0, 3).map(({ key, number, revision: carrying }) => {
    return `${key} means nothing in ${revision}: #${number}, which brought it, went live with ${carrying}.`;
  });
  if (flags.length > 3) {
    const rest = flags.slice(3).map((one) => one.key);
    sentences.push(`Nor ${rest.length === 1 ? "does" : "do"} ${keysInWords(rest)}.`);
  }
  if (sentences.length === 0) return [];
  return [{ code: "flag-unknown-there", sentence: sentences.join(" "), unsafe: false }];
}

function unsafe(code: string, sentence: string): FlagFindings {
  return { warnings: [{ code, sentence, unsafe: true }], checks: [] };
}

/** The time of day of what is of today, else the day too. */
function since(iso: string, now: string): string {
  const isRecent = Date.parse(now) - Date.parse(iso) < 12 * 3_600_000;
  return isRecent ? `${clockInWords(iso)} UTC` : momentInWords(iso);
}
