import * as z from "zod";
import type { HeldPull, MergeHold } from "@/lib/integrations/code-guard";
import type { HoldAnswer, HoldReading } from "@/lib/integrations/hold-answer";
import { SourceError } from "@/lib/integrations/source-error";
import { Ruleset, readRuleset } from "./github-branch-rules";
import { type GitHubClient, parseRepository } from "./github-client";
import { readRepository } from "./github-commits";
import { readOpenHeads } from "./github-open-pulls";
import { administrators, countOf, heldPulls, letThrough } from "./github-status-hold";

/** How merges are held by a ruleset: its name, where `{branch}` stands for the branch. */
export type RulesetHold = { client: GitHubClient; name: string; appId: number | null };

/** What was there before, as it is kept between holding and letting go. */
export const WasRuleset = z.object({
  by: z.literal("ruleset"),
  ruleset: z.number().int(),
  enforcement: z.enum(["disabled", "active", "evaluate"]),
});
export type WasRuleset = z.infer<typeof WasRuleset>;

const List = z.array(
  z.object({
    id: z.number().int(),
    name: z.string(),
    source_type: z.string().default("Repository"),
  }),
);
const Account = z.object({ id: z.number().int() });

/**
 * Written among the branches that the ruleset leaves out, in the same request that makes it active: so
 * what it was before can be read back when an answer was lost. No branch is called so.
 */
const MARK = "refs/heads/known-good/was-";

function wasBy(ruleset: Ruleset): WasRuleset["enforcement"] | null {
  const mark = ruleset.exclude.find((ref) => ref.startsWith(MARK))?.slice(MARK.length);
  return mark === "disabled" || mark === "active" || mark === "evaluate" ? mark : null;
}

const unmarked = (refs: string[]) => refs.filter((ref) => !ref.startsWith(MARK));
const routeOf = (verb: string) => `${verb} /repos/{owner}/{repo}/rulesets`;

/** The repository's own ruleset of that name, or null. */
export async function findRuleset(
  way: RulesetHold,
  { repository, branch }: Pick<MergeHold, "repository" | "branch">,
) {
  const { owner, repo } = parseRepository(repository);
  const name = way.name.replaceAll("{branch}", branch);
  const what = `the rulesets of ${repository}`;
  const parameters = { owner, repo, includes_parents: false };
  const pages = way.client.pages(List, what, owner, routeOf("GET"), parameters, 5);
  for await (const page of pages) {
    const found = page.find((one) => one.name === name && one.source_type === "Repository");
    if (found) return readRuleset(way.client, repository, found.id);
  }
  return null;
}

/** Whom the ruleset lets pass: the App that we are, or the account of the token. */
async function ownActor(way: RulesetHold, owner: string) {
  if (way.appId !== null) return { actor_type: "Integration", actor_id: way.appId };
  const { data } = await way.client.read(Account, "the token's account", owner, "GET /user");
  return { actor_type: "User", actor_id: data.id };
}

/** Makes the ruleset, not yet active: from then on it is one like any other. */
async function makeRuleset(way: RulesetHold, hold: MergeHold): Promise<Ruleset> {
  const { owner, repo } = parseRepository(hold.repository);
  const actor = await ownActor(way, owner);
  const name = way.name.replaceAll("{branch}", hold.branch);
  const what = `the ruleset “${name}” in ${hold.repository}`;
  return way.client.write(Ruleset, what, owner, routeOf("POST"), {
    owner,
    repo,
    name,
    target: "branch",
    enforcement: "disabled",
    bypass_actors: [{ ...actor, bypass_mode: "always" }],
    conditions: { ref_name: { include: [`refs/heads/${hold.branch}`], exclude: [] } },
    rules: [{ type: "update" }],
  });
}

async function setRuleset(
  way: RulesetHold,
  repository: string,
  ruleset: Ruleset,
  enforcement: WasRuleset["enforcement"],
  exclude: string[],
): Promise<Ruleset> {
  const { owner, repo } = parseRepository(repository);
  const what = `the ruleset “${ruleset.name}” in ${repository}`;
  return way.client.write(Ruleset, what, owner, `${routeOf("PUT")}/{ruleset_id}`, {
    owner,
    repo,
    ruleset_id: ruleset.id,
    enforcement,
    conditions: { ref_name: { include: ruleset.include, exclude } },
  });
}

function covers(ruleset: Ruleset, branch: string, defaultBranch: string | null): boolean {
  const isNamed = (pattern: string) => {
    if (pattern === "~ALL") return true;
    if (pattern === "~DEFAULT_BRANCH") return branch === defaultBranch;
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*\*\/?|\*|\?/g, (sign) => (sign === "*" ? "[^/]*" : sign === "?" ? "[^/]" : ".*"));
    return new RegExp(`^${source}$`).test(`refs/heads/${branch}`);
  };
  return ruleset.include.some(isNamed) && !ruleset.exclude.some(isNamed);
}

const disabling = (repository: string, { id }: { id: number }, to: string) => [
  `gh api -X PUT repos/${repository}/rulesets/${id} -f enforcement=${to}`,
];

/** What keeps this ruleset from holding merges and nothing else, or null. */
export async function unfit(
  way: RulesetHold,
  { repository, branch }: Pick<MergeHold, "repository" | "branch">,
  ruleset: Ruleset,
): Promise<string | null> {
  const named = `The ruleset “${ruleset.name}” of ${repository}`;
  if (!ruleset.ruleTypes.includes("update"))
    return `${named} has no rule “Restrict updates”, so it wouldn't hold merges.`;
  const { defaultBranch } = await readRepository(way.client, repository);
  if (!covers(ruleset, branch, defaultBranch))
    return `${named} doesn't take in the branch ${branch}.`;
  if (ruleset.mayBypass === false)
    return `${named} doesn't let this source's own account pass: it would hold back reverts as well. Put the GitHub App on its bypass list.`;
  return null;
}

/** A refusal because the credentials may not change rulesets, or null for any other error. */
function mayNotChange(hold: MergeHold, error: unknown): HoldAnswer | null {
  if (!(error instanceof SourceError) || error.mayHaveActed) return null;
  if (error.code !== "forbidden" && error.code !== "not-found") return null;
  return {
    outcome: "refused",
    because: `The GitHub credentials may not change rulesets of ${hold.repository}. They need the permission “Administration: read and write”, or the freeze has to be held by a status instead.`,
    who: administrators(hold.repository),
    commands: [],
  };
}

/** See CodeGuard. Never touches another ruleset than the one of that name. */
export async function holdByRuleset(
  way: RulesetHold,
  hold: MergeHold,
): Promise<HoldAnswer & { pulls?: HeldPull[] }> {
  const { repository, branch } = hold;
  let ruleset: Ruleset;
  let was: WasRuleset["enforcement"];
  try {
    const found = (await findRuleset(way, hold)) ?? (await makeRuleset(way, hold));
    const because = await unfit(way, hold, found);
    if (because)
      return { outcome: "refused", because, who: administrators(repository), commands: [] };
    was = wasBy(found) ?? found.enforcement;
    const mark = `${MARK}${was}`;
    ruleset =
      found.enforcement === "active" && found.exclude.includes(mark)
        ? found
        : await setRuleset(way, repository, found, "active", [...unmarked(found.exclude), mark]);
  } catch (error) {
    const refused = mayNotChange(hold, error);
    if (refused) return refused;
    throw error;
  }
  const heads = await readOpenHeads(way.client, repository, branch, "known-good/freeze");
  const pulls = heldPulls(hold, heads);
  const through = letThrough(hold, heads);
  const byUs = through === "" ? "" : `${through} Only this source's own account can merge now.`;
  return {
    outcome: "held",
    at: way.client.now().toISOString(),
    sentence: `${branch} can't be updated: the ruleset “${ruleset.name}” is active, and holds ${countOf(pulls.length, branch)}.${byUs}`,
    was: { by: "ruleset", ruleset: ruleset.id, enforcement: was } satisfies WasRuleset,
    endsByItself: false,
    commands: disabling(repository, ruleset, was),
    url: ruleset.url ?? `${way.client.webUrl}/${repository}/rules/${ruleset.id}`,
    pulls,
  };
}

/** Puts the ruleset back to what it was before the first hold. */
export async function releaseByRuleset(
  way: RulesetHold,
  hold: MergeHold,
  was: WasRuleset | null,
): Promise<HoldAnswer> {
  const { repository } = hold;
  const released = (sentence: string): HoldAnswer => ({
    outcome: "released",
    at: way.client.now().toISOString(),
    sentence,
  });
  let ruleset: Ruleset | null;
  try {
    ruleset = was
      ? await readRuleset(way.client, repository, was.ruleset)
      : await findRuleset(way, hold);
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
    ruleset = null;
  }
  if (!ruleset) return released("Its ruleset is gone.");
  const before = wasBy(ruleset) ?? was?.enforcement ?? ruleset.enforcement;
  const exclude = unmarked(ruleset.exclude);
  const isBack = ruleset.enforcement === before && exclude.length === ruleset.exclude.length;
  try {
    if (!isBack) await setRuleset(way, repository, ruleset, before, exclude);
  } catch (error) {
    const refused = mayNotChange(hold, error);
    if (refused?.outcome !== "refused") throw error;
    return { ...refused, commands: disabling(repository, ruleset, before) };
  }
  return released(`The ruleset “${ruleset.name}” is set to ${before} again.`);
}

export async function readByRuleset(
  way: RulesetHold,
  hold: MergeHold,
): Promise<HoldReading & { pulls?: HeldPull[] }> {
  const { repository, branch } = hold;
  const ruleset = await findRuleset(way, hold);
  const absent = (sentence: string): HoldReading => ({ state: "absent", sentence, by: null });
  if (!ruleset) return absent("Its ruleset was deleted.");
  if (ruleset.enforcement !== "active") {
    const history = `${way.client.webUrl}/${repository}/rules/${ruleset.id}/history`;
    return absent(
      `The ruleset “${ruleset.name}” was set to ${ruleset.enforcement}. Its history names who: ${history}`,
    );
  }
  const because = await unfit(way, hold, ruleset);
  if (because) return absent(because);
  const heads = await readOpenHeads(way.client, repository, branch, "known-good/freeze");
  const pulls = heldPulls(hold, heads);
  return {
    state: "held",
    sentence: `The ruleset “${ruleset.name}” is active, and holds ${countOf(pulls.length, branch)}.${letThrough(hold, heads)}`,
    pulls,
  };
}
