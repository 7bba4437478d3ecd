import { GraphQLError } from "graphql";
import type { Caller } from "../accounts.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { mayWrite } from "../permissions.ts";
import type { MergeMethod, PullRequest } from "../pull-request.ts";
import { Refusal } from "../refusal.ts";
import { readNodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";

export type Payload = Record<string, unknown>;

/** A mutation that answers with GitHub's errors. */
export type Guarded = <I extends { clientMutationId?: string | null }>(
  name: string,
  act: (input: I) => Payload | Promise<Payload>,
) => (args: { input: I }) => Promise<Payload>;

/** Refuses in the shape of GitHub's own errors. */
export function fail(type: string, message: string): never {
  throw new GraphQLError(message, { extensions: { type } });
}

/** The repository and pull request behind a global id, or GitHub's NOT_FOUND. */
export function findPull(
  site: Site,
  id: string,
): { repository: HostedRepository; pull: PullRequest } {
  const known = readNodeId(id);
  const pull =
    known?.kind === "PullRequest" ? site.repository?.pulls.get(Number(known.key)) : undefined;
  if (!site.repository || !pull)
    fail("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'.`);
  return { repository: site.repository, pull };
}

const METHODS = { MERGE: "merge", SQUASH: "squash", REBASE: "rebase" } as const;

/** The method that an input names; a merge commit unless it does. */
export function methodOf(input: { mergeMethod?: keyof typeof METHODS | null }): MergeMethod {
  return METHODS[input.mergeMethod ?? "MERGE"];
}

/** Lets a caller's mutations through when they may write, and turns refusals into errors. */
export function guardFor(caller: Caller): Guarded {
  return (name, act) =>
    async ({ input }) => {
      if (!mayWrite(caller))
        fail(
          "FORBIDDEN",
          caller.kind === "user"
            ? `${caller.person.login} does not have the correct permissions to execute \`${name}\``
            : "Resource not accessible by integration",
        );
      try {
        return { clientMutationId: input.clientMutationId ?? null, ...(await act(input)) };
      } catch (error) {
        if (error instanceof Refusal) fail("UNPROCESSABLE", error.message);
        throw error;
      }
    };
}
