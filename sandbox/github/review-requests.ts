import type { Person } from "./accounts.ts";
import type { Owner } from "./code-owners.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import { nameOf, ownersOfChange } from "./merge-rules.ts";
import type { PullRequest, ReviewRequest } from "./pull-request.ts";

export type RequestEvent = {
  pull: PullRequest;
  request: ReviewRequest;
  by: Person;
  isOn: boolean;
};

const isSame = (a: Owner, b: Owner) => a.kind === b.kind && nameOf(a) === nameOf(b);

/** Asks somebody or a team for a review; asked twice they are asked once. */
export function requestReview(
  repository: HostedRepository,
  pull: PullRequest,
  of: Owner,
  by: Person,
  asCodeOwner = false,
): void {
  if (pull.reviewRequests.some((known) => isSame(known.of, of))) return;
  const request = { id: repository.nextId(), of, asCodeOwner };
  pull.reviewRequests.push(request);
  pull.updatedAt = repository.now();
  repository.emit("requested", { pull, request, by, isOn: true });
}

/** Takes a request back. */
export function withdrawRequest(
  repository: HostedRepository,
  pull: PullRequest,
  of: Owner,
  by: Person,
): void {
  const request = pull.reviewRequests.find((known) => isSame(known.of, of));
  if (!request) return;
  pull.reviewRequests = pull.reviewRequests.filter((known) => known !== request);
  pull.updatedAt = repository.now();
  repository.emit("requested", { pull, request, by, isOn: false });
}

/** Asks the owners of what a new pull request changes, as GitHub does by itself; not for a draft. */
export async function requestOwners(
  repository: HostedRepository,
  pull: PullRequest,
): Promise<void> {
  if (pull.draft) return;
  for (const owner of (await ownersOfChange(repository, pull)).flat())
    if (owner.kind === "team" || owner.person !== pull.author)
      requestReview(repository, pull, owner, pull.author, true);
}
