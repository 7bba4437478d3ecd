import type { HostedRepository } from "./hosted-repository.ts";
import { mergePullRequest } from "./merge-pull-request.ts";
import type { PullRequest } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";

/**
 * Merges pull requests with auto-merge on as soon as what their branch requires allows it, or puts them
 * into the merge queue where there is one.
 */
export function keepAutoMerging(repository: HostedRepository, report: (e: unknown) => void): void {
  const attempt = async (pull: PullRequest): Promise<void> => {
    const wish = pull.autoMerge;
    const state = wish && (await repository.mergeState(pull));
    // "Unstable" is a check that nobody requires.
    const isReady = state === "CLEAN" || state === "UNSTABLE";
    if (!wish || !isReady || pull.autoMerge !== wish) return;
    const { by, method, headline, body } = wish;
    try {
      if (repository.queue.settings) await repository.queue.enqueue(pull, by);
      else await mergePullRequest(repository, pull, { by, method, headline, body });
    } catch (error) {
      // Somebody merged or moved it between the look and the act: nothing is left to do.
      if (!(error instanceof Refusal)) throw error;
    }
  };
  repository.on("changed", (pull) => {
    if (pull.autoMerge) attempt(pull).catch(report);
  });
}
