import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { type BranchRules, type Ruleset, readRuleset } from "./github-branch-rules";
import { type GitHubClient, parseRepository } from "./github-client";
import { readRepository } from "./github-commits";

const Protection = z.object({ enforce_admins: z.object({ enabled: z.boolean() }).nullish() });

/** Errors of what our credentials aren't allowed to look at. */
function isHidden(error: unknown): boolean {
  return error instanceof SourceError && (error.code === "not-found" || error.code === "forbidden");
}

/** Active rulesets that lock the branch, with whether we pass them; those we can't read by their number. */
export async function readLocks(
  client: GitHubClient,
  repository: string,
  { locks }: BranchRules,
): Promise<Ruleset[]> {
  const read = async (id: number): Promise<Ruleset> => {
    try {
      return await readRuleset(client, repository, id);
    } catch (error) {
      if (!isHidden(error)) throw error;
      return {
        id,
        name: String(id),
        source: "",
        enforcement: "active",
        mayBypass: null,
        include: [],
        exclude: [],
        ruleTypes: [],
        url: null,
      };
    }
  };
  return Promise.all([...new Set(locks)].map(read));
}

/**
 * Whether our credentials may merge without the branch's queue: on the bypass list of every ruleset that
 * asks for it, or an administrator whom branch protection lets pass.
 */
export async function mayPassQueue(
  client: GitHubClient,
  repository: string,
  branch: string,
  { queues }: BranchRules,
): Promise<boolean> {
  try {
    if (queues.length > 0) {
      const ids = [...new Set(queues)];
      const rulesets = await Promise.all(ids.map((id) => readRuleset(client, repository, id)));
      return rulesets.every(({ mayBypass }) => mayBypass === true);
    }
    const { isAdministrator } = await readRepository(client, repository);
    if (!isAdministrator) return false;
    const { owner, repo } = parseRepository(repository);
    const route = "GET /repos/{owner}/{repo}/branches/{branch}/protection";
    const what = `the protection of ${branch} in ${repository}`;
    const { data } = await client.read(Protection, what, owner, route, { owner, repo, branch });
    return data.enforce_admins?.enabled !== true;
  } catch (error) {
    if (!isHidden(error)) throw error;
    return false;
  }
}
