import type { MergeHold } from "@/lib/integrations/code-guard";
import type { OpenHead, OpenHeads } from "./github-open-pulls";

/** What a commit should be told under the freeze's context; null where nothing needs to be said. */
export type WantedStatus = {
  state: "success" | "failure" | "pending";
  description: string;
};

const MAX_DESCRIPTION = 140;
const DAY_MS = 20 * 3_600_000;

const NOT_FROZEN = "Not frozen";
const LET_THROUGH = "Let through the freeze";
const IN_LINE = "Waits for what is frozen in front of it in the merge queue";

/** One line of what GitHub takes: it refuses characters beyond the basic plane in a description. */
function cut(text: string): string {
  const line = text
    .replace(/[\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length <= MAX_DESCRIPTION ? line : `${line.slice(0, MAX_DESCRIPTION - 1)}…`;
}

export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "15:00 UTC", with its day when that is not soon. */
export function clockOf(until: Date, now: Date): string {
  const iso = until.toISOString();
  const clock = `${iso.slice(11, 16)} UTC`;
  if (until.getTime() - now.getTime() < DAY_MS) return clock;
  const day = until.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  return `${day} ${clock}`;
}

/** "Frozen until 15:00 UTC by F-12: errors at checkout". */
export function frozenSentence(freezes: MergeHold["freezes"], now: Date): string {
  const last = [...freezes].sort((a, b) => b.until.getTime() - a.until.getTime())[0];
  if (!last) return NOT_FROZEN;
  const ids = listed(freezes.map(({ id }) => id));
  return cut(`Frozen until ${clockOf(last.until, now)} by ${ids}: ${last.reason}`);
}

/** A page of the freeze that ends last, when it is one to link to. */
export function freezeUrl(freezes: MergeHold["freezes"]): string | null {
  const last = [...freezes].sort((a, b) => b.until.getTime() - a.until.getTime())[0];
  return last && /^https?:\/\/\S+$/.test(last.url) ? last.url : null;
}

export function isAllowed(hold: MergeHold, { number, sha }: OpenHead): boolean {
  return (
    hold.allowedPulls.includes(number) ||
    hold.allowedCommits.some((allowed) => allowed.length >= 7 && sha.startsWith(allowed))
  );
}

/** Whether a merge group is let through: its commit is GitHub's, so its pull request's own head counts. */
export function isGroupAllowed(hold: MergeHold, group: OpenHead, pulls: OpenHead[]): boolean {
  const own = pulls.find(({ number }) => number === group.number);
  return isAllowed(hold, group) || (own !== undefined && isAllowed(hold, own));
}

/** Whether two descriptions say the same, whatever GitHub made of signs and spaces. */
export function saysSame(a: string, b: string): boolean {
  const plain = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, "");
  return plain(a) === plain(b);
}

/** Whether a description is one that this program writes. */
export function isOurs(description: string): boolean {
  return /^(Not frozen|Let through the freeze|Frozen until|Waits for what is frozen)/.test(
    description,
  );
}

/**
 * What every head should be told while frozen, what is let through first: the cure before anything. A
 * merge group holds all that stands in front of it as well, so one that is let through has to wait until
 * those have left.
 */
export function wantedStatuses(
  hold: MergeHold,
  { pulls, queued }: OpenHeads,
  now: Date,
): { head: OpenHead; wanted: WantedStatus }[] {
  const frozen: WantedStatus = {
    state: "failure",
    description: frozenSentence(hold.freezes, now),
  };
  const through: WantedStatus = {
    state: "success",
    description: cut(`${LET_THROUGH} ${listed(hold.freezes.map(({ id }) => id))}`),
  };
  let isFrontFree = true;
  const groups = queued.map((head) => {
    const allowed = isGroupAllowed(hold, head, pulls);
    isFrontFree &&= allowed;
    const inLine: WantedStatus = { state: "pending", description: IN_LINE };
    return { head, wanted: allowed ? (isFrontFree ? through : inLine) : frozen };
  });
  const own = pulls.map((head) => ({ head, wanted: isAllowed(hold, head) ? through : frozen }));
  const urgency = ({ head, wanted }: (typeof own)[number]) =>
    wanted.state !== "failure" ? 0 : head.isOnItsWay ? 1 : 2;
  return [...groups, ...own].sort((a, b) => urgency(a) - urgency(b));
}

/**
 * What every head should be told while nothing is frozen: green where we made it red, and where the
 * branch requires the status also on heads that nobody told anything yet.
 */
export function releasedStatuses(
  { pulls, queued }: OpenHeads,
  isRequired: boolean,
): { head: OpenHead; wanted: WantedStatus }[] {
  return [...queued, ...pulls]
    .filter(({ status }) =>
      status === null
        ? isRequired
        : status.state !== "SUCCESS" && (isRequired || isOurs(status.description)),
    )
    .map((head) => ({ head, wanted: { state: "success", description: NOT_FROZEN } }));
}
