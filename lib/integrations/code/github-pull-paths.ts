import * as z from "zod";
import type { PullPaths } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { parseAnswer } from "./github-errors";

/** Each is a request's part of its own: more would be slow to answer. */
const AT_ONCE = 20;

const Pull = z.object({
  headRefOid: z.string(),
  files: z
    .object({ nodes: z.array(z.object({ path: z.string() }).nullable()).nullable() })
    .nullish(),
});
const Answer = z.object({ repository: z.record(z.string(), Pull.nullable()).nullish() }).nullish();

/** See CodeGuard. A pull request that isn't there any more is left out. */
export async function pathsOfPulls(
  client: GitHubClient,
  { repository, numbers }: { repository: string; numbers: readonly number[] },
): Promise<PullPaths[]> {
  const { owner, repo } = parseRepository(repository);
  const what = `what the open pull requests of ${repository} change`;
  const found: PullPaths[] = [];
  for (let from = 0; from < numbers.length; from += AT_ONCE) {
    const some = numbers.slice(from, from + AT_ONCE);
    const parts = some.map(
      (number) =>
        `p${number}: pullRequest(number: ${number}) { headRefOid files(first: 100) { nodes { path } } }`,
    );
    const query = `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${parts.join(" ")} } }`;
    const answer = await client.graphql(what, owner, query, { owner, repo }, { mutation: false });
    const pulls = parseAnswer(Answer, answer.data, what)?.repository;
    if (!pulls) {
      const said = answer.errors.map(({ message }) => message).join(" ");
      throw new SourceError(
        "failed",
        `GitHub did not tell ${what}. It says: “${said.slice(0, 300)}”`,
      );
    }
    for (const number of some) {
      const pull = pulls[`p${number}`];
      if (!pull) continue;
      const paths = (pull.files?.nodes ?? []).flatMap((file) => file?.path ?? []);
      found.push({ number, head: pull.headRefOid, paths });
    }
  }
  return found;
}
