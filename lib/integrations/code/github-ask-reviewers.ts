import * as z from "zod";
import type { RevertStepAnswer } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { readOwners } from "./github-code-owners";
import { messageOf, refusalOf } from "./github-errors";
import { readFiles } from "./github-pulls";
import { readRevertState } from "./github-revert-state";
import { Text } from "./github-schemas";
import { named } from "./revert-warnings";

const Person = z.object({ login: Text, type: z.string().default("User") }).nullish();
const Reviews = z.array(
  z.object({ user: Person, state: z.string(), author_association: z.string().nullish() }),
);
const Original = z.object({ user: Person, author_association: z.string().nullish() });
const Requested = z.object({ number: z.number() });

const COLLABORATORS = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);
const MAX_ASKED = 10;

type Request = { repository: string; number: number; reverts: number };

/** Who wrote and approved what is reverted, as far as they still belong to the repository. */
async function readPeople(client: GitHubClient, { repository, reverts }: Request) {
  const { owner, repo } = parseRepository(repository);
  const parameters = { owner, repo, pull_number: reverts };
  const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
  const what = `pull request ${repository}#${reverts}`;
  const { data } = await client.read(Original, what, owner, route, parameters);
  const people = [data];
  for await (const page of client.pages(
    Reviews,
    `the reviews of ${repository}#${reverts}`,
    owner,
    `${route}/reviews`,
    parameters,
    3,
  ))
    people.push(...page.filter(({ state }) => state === "APPROVED"));
  return people.flatMap(({ user, author_association: association }) =>
    user && user.type === "User" && COLLABORATORS.has(association ?? "") ? [user.login] : [],
  );
}

/**
 * Asks the owners of a revert's files, and who wrote and approved what it reverts, for a review: those
 * who aren't asked yet, in one request, and one of fewer people when GitHub refused that for certain.
 */
export async function askReviewers(
  client: GitHubClient,
  request: Request,
): Promise<RevertStepAnswer> {
  const { repository, number } = request;
  const { owner } = parseRepository(repository);
  const pull = await readRevertState(client, repository, number);
  if (pull.state !== "OPEN")
    return { outcome: "unneeded", sentence: "It is not open any more: nobody has to review it." };
  if (pull.reviewDecision === "APPROVED")
    return { outcome: "unneeded", sentence: "It is approved already." };
  const { files } = await readFiles(client, repository, number);
  const paths = files.map(({ path }) => path);
  const [owners, people] = await Promise.all([
    readOwners(client, repository, pull.baseRefName, paths),
    readPeople(client, request),
  ]);
  const asked = new Set(pull.reviewRequests.map((name) => name.toLowerCase()));
  const isNew = (name: string) => !asked.has(name.toLowerCase());
  const teams = owners.flatMap((name) => /^@[\w.-]+\/(.+)$/.exec(name)?.[1] ?? []).filter(isNew);
  const author = pull.author?.login.toLowerCase();
  const logins = [...owners.filter((name) => !name.includes("/")).map((name) => name.slice(1))];
  const reviewers = [...logins, ...people]
    .filter((login, at, all) => all.findIndex((one) => isSame(one, login)) === at)
    .filter((login) => isNew(login) && login.toLowerCase() !== author)
    .slice(0, MAX_ASKED);
  if (teams.length + reviewers.length === 0)
    return {
      outcome: "unneeded",
      sentence:
        asked.size > 0
          ? `Asked for a review already: ${named(pull.reviewRequests)}.`
          : "Nobody owns its files, and nobody else is known who could review it.",
    };
  const everybody = { reviewers, teams };
  const all = await ask(client, request, everybody);
  if (all === null)
    return { outcome: "done", sentence: `Asked for a review: ${namesOf(owner, everybody)}.` };
  // Refused for certain: an owner who left makes GitHub ask nobody, but people it knows can be asked.
  const known = { reviewers: reviewers.filter((login) => people.includes(login)), teams: [] };
  const isLess =
    known.reviewers.length > 0 && known.reviewers.length < reviewers.length + teams.length;
  if (all.code === "invalid" && isLess && (await ask(client, request, known)) === null)
    return {
      outcome: "done",
      sentence: `Asked for a review: ${namesOf(owner, known)}. GitHub didn't ask the owners of its files.${said(all)}`,
    };
  return refusedOf(request, namesOf(owner, everybody), all);
}

type Asked = { reviewers: string[]; teams: string[] };

function namesOf(owner: string, { reviewers, teams }: Asked): string {
  return named([...teams.map((team) => `@${owner}/${team}`), ...reviewers]);
}

/** Sends one request. Null when it was done, else GitHub's certain refusal; throws anything else. */
async function ask(
  client: GitHubClient,
  { repository, number }: Request,
  { reviewers, teams }: Asked,
): Promise<SourceError | null> {
  const { owner, repo } = parseRepository(repository);
  const what = `the request for a review of ${repository}#${number}`;
  const route = "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";
  const body = { reviewers, team_reviewers: teams };
  try {
    await client.write(Requested, what, owner, route, {
      owner,
      repo,
      pull_number: number,
      ...body,
    });
    return null;
  } catch (error) {
    if (!(error instanceof SourceError) || error.mayHaveActed) throw error;
    if (!["invalid", "forbidden", "not-found"].includes(error.code)) throw error;
    return error;
  }
}

function said(error: SourceError): string {
  const message = messageOf(refusalOf(error.cause)?.data);
  return message ? ` GitHub says: “${message}”` : "";
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function refusedOf(
  { repository, number }: Request,
  names: string,
  error: SourceError,
): RevertStepAnswer {
  const commands = [`gh pr edit ${number} -R ${repository} --add-reviewer NAME`];
  if (error.code === "invalid")
    return {
      outcome: "refused",
      sentence: `GitHub did not ask ${names} for a review: one of them can't be asked.${said(error)}`,
      who: `an administrator of ${repository}, who can give them access`,
      commands,
    };
  return {
    outcome: "refused",
    sentence: `The GitHub credentials may not ask ${names} for a review of #${number}.${said(error)}`,
    who: "whoever manages the GitHub token or App of this source",
    commands,
  };
}
