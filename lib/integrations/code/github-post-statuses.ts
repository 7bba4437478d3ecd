import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { saysSame, type WantedStatus } from "./github-freeze-words";
import type { OpenHead } from "./github-open-pulls";

const AT_ONCE = 8;
// GitHub slows down who writes more than about 180 times a minute, and then refuses the revert as well.
const MAX_A_MINUTE = 120;
/** Requests of the hour's limit that are left for reading, reverting and merging. */
const RESERVE = 200;

const Posted = z.object({ state: z.string() });

/** How many statuses may be posted: so many in any minute. */
export type PostBudget = {
  /** False when no more may be posted now. */
  takeOne(): boolean;
  /** When there is room for so many more, or for as many as there ever is. */
  roomFor(count: number): Date;
};

export function createPostBudget(now: () => Date): PostBudget {
  /** When statuses were posted in the last minute, in epoch milliseconds. */
  let times: number[] = [];
  const lately = (at: number) => times.filter((time) => time > at - 60_000);
  return {
    takeOne() {
      const at = now().getTime();
      times = lately(at);
      if (times.length >= MAX_A_MINUTE) return false;
      times.push(at);
      return true;
    },
    roomFor(count) {
      const at = now().getTime();
      const posted = lately(at);
      const tooMany = Math.min(count, MAX_A_MINUTE) - (MAX_A_MINUTE - posted.length);
      const last = posted[tooMany - 1];
      return new Date(last === undefined ? at : last + 60_000);
    },
  };
}

function isToPost({ status }: OpenHead, wanted: WantedStatus): boolean {
  if (!status) return true;
  return (
    status.state !== wanted.state.toUpperCase() || !saysSame(status.description, wanted.description)
  );
}

function spent(retryAt: Date, posted: number, all: number): SourceError {
  const clock = retryAt.toISOString().slice(11, 19);
  return new SourceError(
    "rate-limited",
    `${posted} of ${all} commits were told so far; the rest follow after ${clock} UTC, so that GitHub's limits aren't used up.`,
    { retryAt },
  );
}

/**
 * Tells each head what it should be told, in this order, unless its newest status says so already. One
 * request for each, none repeated. Throws SourceError: `forbidden` or `not-found` when statuses may not
 * be posted at all, `rate-limited` when it has to go on later, else what happened to the first that
 * failed, once all others were told.
 */
export async function postStatuses(
  client: GitHubClient,
  budget: PostBudget,
  where: { repository: string; context: string; url: string | null },
  statuses: { head: OpenHead; wanted: WantedStatus }[],
): Promise<number> {
  const { owner, repo } = parseRepository(where.repository);
  const due = statuses.filter(({ head, wanted }) => isToPost(head, wanted));
  // A head that two pull requests share is told once: the first is what matters most.
  const seen = new Set<string>();
  const bySha = due.filter(({ head }) => !seen.has(head.sha) && Boolean(seen.add(head.sha)));
  let next = 0;
  let posted = 0;
  let resetsAt: Date | null = null;
  let isSpent = false;
  let stop: SourceError | null = null;
  let failure: SourceError | null = null;

  const post = async ({ head, wanted }: (typeof due)[number]) => {
    const standing = client.rateLimit();
    if (standing && standing.limit > 4 * RESERVE && standing.remaining < RESERVE) {
      resetsAt ??= new Date(standing.resetsAt);
      return;
    }
    if (!budget.takeOne()) {
      isSpent = true;
      return;
    }
    const what = `the status of ${head.sha.slice(0, 7)} in ${where.repository}`;
    const parameters = {
      owner,
      repo,
      sha: head.sha,
      context: where.context,
      ...wanted,
      ...(where.url ? { target_url: where.url } : {}),
    };
    try {
      await client.write(
        Posted,
        what,
        owner,
        "POST /repos/{owner}/{repo}/statuses/{sha}",
        parameters,
      );
      posted += 1;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // Its branch was deleted or moved since it was read.
      if (error.code === "invalid") return;
      if (error.mayHaveActed) failure ??= error;
      else stop ??= error;
    }
  };
  const isOver = () => stop !== null || resetsAt !== null || isSpent;
  const worker = async () => {
    while (!isOver() && next < bySha.length) {
      const one = bySha[next++];
      if (one) await post(one);
    }
  };
  // What is let through has its answer before anything is held.
  while (!isOver() && bySha[next] && bySha[next]?.wanted.state !== "failure") {
    const one = bySha[next++];
    if (one) await post(one);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (stop ?? failure) throw stop ?? failure;
  // Told once those under way were answered.
  if (resetsAt !== null) throw spent(resetsAt, posted, bySha.length);
  // All at once then, rather than each as soon as there is room for one: every try reads them anew.
  if (isSpent) throw spent(budget.roomFor(bySha.length - posted), posted, bySha.length);
  return posted;
}
