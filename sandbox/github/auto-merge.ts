import type { HostedRepository } from "./hosted-repository.ts";
import { Refusal } from "./hosted-repository.ts";
import { mergePullRequest } from "./merge-pull-request.ts";
import type { PullRequest } from "./pull-request.ts";

/** Merges pull requests with auto-merge on as soon as their checks and reviews allow it. */
export function keepAutoMerging(repository: HostedRepository, report: (e: unknown) => void): void {
  const attempt = async (pull: PullRequest): Promise<void> => {
    const wish = pull.autoMerge;
    if (!wish || (await repository.mergeState(pull)) !== "CLEAN" || pull.autoMerge !== wish) return;
    const { by, method, headline, body } = wish;
    try {
      await mergePullRequest(repository, pull, { by, method, headline, body });
    } catch (error) {
      // Somebody merged or moved it between the look and the act: nothing is left to do.
      if (!(error instanceof Refusal)) throw error;
    }
  };
  repository.on("changed", (pull) => {
    if (pull.autoMerge) attempt(pull).catch(report);
  });
}
