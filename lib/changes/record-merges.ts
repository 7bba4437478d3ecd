import "server-only";
import type { MergeDetails } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { ObservedPull } from "@/lib/integrations/code-source";
import { findFlagKeys } from "@/lib/rules/find-flag-keys";
import { quotedWords } from "@/lib/rules/quoted-words";
import { servicesTouched } from "@/lib/rules/services-touched";
import type { Ctx } from "@/lib/server/context";
import { allFlagKeys } from "./flag-store";
import { linkNewFlags } from "./link-flags";
import { saveChange } from "./store";

/**
 * Writes merged pull requests into the ledger as `merge` Changes, linked to the flags whose keys their
 * diffs mention. Open and closed ones are passed over. Returns how many were written.
 */
export async function recordMerges(
  ctx: Pick<Ctx, "db">,
  input: { source: string; pulls: ObservedPull[]; services: Service[] },
): Promise<number> {
  const keys = input.pulls.length > 0 ? await allFlagKeys(ctx.db) : [];
  let written = 0;
  for (const pull of input.pulls) {
    if (pull.state !== "merged" || !pull.mergedAt || !pull.mergeCommit) continue;
    const { repository } = pull;
    const paths = pull.files.map(({ path }) => path);
    const details: MergeDetails = {
      kind: "merge",
      repository,
      number: pull.number,
      branch: pull.branch,
      base: pull.base,
      method: pull.method,
      mergeCommit: pull.mergeCommit,
      headCommit: pull.headCommit,
      files: pull.files,
      labels: pull.labels,
      flagKeys: findFlagKeys(pull.diff, keys),
      mentions: quotedWords(pull.diff),
      revertOf: revertOf(pull),
      restorationId: /Known-Good-Restoration: (R-\d+)/.exec(pull.body)?.[1] ?? null,
    };
    await saveChange(ctx.db, {
      kind: "merge",
      source: input.source,
      naturalKey: `${pull.repository}#${pull.number}`,
      subject: `${pull.repository}#${pull.number}`,
      services: servicesTouched(input.services, { source: input.source, repository, paths }),
      title: `#${pull.number} ${pull.title}`,
      environment: null,
      at: pull.mergedAt,
      completedAt: null,
      actor: pull.author,
      url: pull.url,
      details,
    });
    written += 1;
  }
  if (written > 0) {
    // A flag first seen while these were written has looked for its merges without finding them.
    const known = new Set(keys);
    const appeared = (await allFlagKeys(ctx.db)).filter((key) => !known.has(key));
    await linkNewFlags(ctx.db, appeared);
  }
  return written;
}

/** GitHub writes "Reverts owner/name#12" into the body of a revert. */
function revertOf(pull: ObservedPull): number | null {
  const number = /\breverts\s+(?:[\w.-]+\/[\w.-]+)?#(\d+)/i.exec(pull.body)?.[1];
  return number ? Number(number) : null;
}
