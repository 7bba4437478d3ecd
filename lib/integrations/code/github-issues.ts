import type { Blocker } from "@/lib/contracts/lever";
import type { CodeSource, IssueAnswer, ObservedIssue } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { messageOf, refusalOf } from "./github-errors";
import { Issue, Issues } from "./github-schemas";

type Request = Parameters<CodeSource["openIssue"]>[0];

const LIST = "/repos/{owner}/{repo}/issues";
const MAX_PAGES = 10;
const MAX_TITLE = 256;
const MAX_BODY = 60_000;
/** Its clock and ours may differ. */
const CLOCKS_MS = 5 * 60_000;

function observed(client: GitHubClient, repository: string, issue: Issue): ObservedIssue {
  const { number, state, reason, title, createdAt } = issue;
  const url = issue.url ?? `${client.webUrl}/${repository}/issues/${number}`;
  return { repository, number, url, state, reason, title, createdAt };
}

/** See CodeSource. */
export async function findIssue(
  client: GitHubClient,
  { repository, mark, since }: Parameters<CodeSource["findIssue"]>[0],
): Promise<ObservedIssue | null> {
  const { owner, repo } = parseRepository(repository);
  const from = new Date(since.getTime() - CLOCKS_MS).toISOString();
  const parameters = { owner, repo, state: "all", sort: "created", direction: "desc", since: from };
  const what = `the issues of ${repository}`;
  const pages = client.pages(Issues, what, owner, `GET ${LIST}`, parameters, MAX_PAGES);
  for await (const page of pages) {
    // `since` is about updates: an older issue may belong to an earlier ledger that counted alike.
    const found = page.find(
      ({ isPull, body, createdAt }) => !isPull && createdAt >= from && hasLine(body, mark),
    );
    if (found) return observed(client, repository, found);
  }
  return null;
}

function hasLine(body: string, line: string): boolean {
  return body.split(/\r?\n/).some((each) => each.trim() === line);
}

/** See CodeSource: found again rather than opened twice; one request that writes, sent once. */
export async function openIssue(client: GitHubClient, request: Request): Promise<IssueAnswer> {
  const { repository, mark } = request;
  const { owner, repo } = parseRepository(repository);
  const refusing = (error: unknown): IssueAnswer => {
    const blocker = blockerOf(repository, error);
    if (!blocker) throw error;
    return { outcome: "refused", blocker };
  };
  try {
    const ours = await findIssue(client, request);
    if (ours) return { outcome: "opened", issue: ours, found: true };
  } catch (error) {
    return refusing(error);
  }
  const { title, body } = request;
  const whole = title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE - 1)}…`;
  const text = `${body.slice(0, MAX_BODY).trimEnd()}\n\n${mark}`;
  const what = `an issue in ${repository}`;
  const parameters = { owner, repo, title: whole, body: text };
  try {
    const issue = await client.write(Issue, what, owner, `POST ${LIST}`, parameters);
    return { outcome: "opened", issue: observed(client, repository, issue), found: false };
  } catch (error) {
    return refusing(error);
  }
}

/** Why issues can't be opened there, when that is what GitHub said. */
function blockerOf(repository: string, error: unknown): Blocker | null {
  if (!(error instanceof SourceError) || error.mayHaveActed) return null;
  const answer = refusalOf(error.cause);
  const said = messageOf(answer?.data) ?? "";
  switch (answer?.status) {
    case 403:
      return /archived/i.test(said)
        ? {
            code: "archived",
            sentence: `${repository} is archived: GitHub accepts no issues there. Choose another repository.`,
            who: `an administrator of ${repository}`,
            commands: [],
          }
        : {
            code: "may-not-open-issues",
            sentence: `The GitHub credentials may not open issues in ${repository}. They need the permission “Issues: read and write”.`,
            who: "whoever manages the GitHub token or App of this source",
            commands: [],
          };
    case 404:
      return {
        code: "no-repository",
        sentence: `GitHub has no ${repository}, or the credentials can't see it. Check the name and what the token or App may read.`,
        who: "whoever manages the GitHub token or App of this source",
        commands: [],
      };
    case 410:
      return {
        code: "issues-disabled",
        sentence: `${repository} has issues turned off. Turn them on in its settings, or choose another repository.`,
        who: `an administrator of ${repository}`,
        commands: [],
      };
    default:
      return null;
  }
}

/** See CodeSource. */
export async function readIssue(
  client: GitHubClient,
  repository: string,
  number: number,
): Promise<ObservedIssue> {
  const { owner, repo } = parseRepository(repository);
  const route = `GET ${LIST}/{issue_number}`;
  const parameters = { owner, repo, issue_number: number };
  const what = `issue ${repository}#${number}`;
  const { data } = await client.read(Issue, what, owner, route, parameters);
  return observed(client, repository, data);
}
