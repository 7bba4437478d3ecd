import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import type { GitHubClient, GraphqlError } from "./github-client";

const Payload = z.record(z.string(), z.unknown()).nullish();

const FORBIDDEN = new Set(["FORBIDDEN", "INSUFFICIENT_SCOPES"]);

/** Whether GitHub refused for want of rights. */
export function isForbidden(errors: readonly GraphqlError[]): boolean {
  return errors.some(({ type }) => type !== undefined && FORBIDDEN.has(type));
}

/** What GitHub says instead of a payload; texts of errors are undocumented, so they are only quoted. */
export function quote(errors: readonly GraphqlError[]): string {
  const said = errors.map(({ message }) => message.replace(/\s+/g, " ").trim()).join(" ");
  return said === "" ? "GitHub gave no reason." : `GitHub says: “${said.slice(0, 300)}”`;
}

/** GitHub's own fault, not a refusal: it may still be at work. */
export function isFault(errors: readonly GraphqlError[]): boolean {
  return errors.some(({ message }) => /something went wrong/i.test(message));
}

/**
 * Sends one mutation of one field, once. Null when it was done, else why GitHub refused. Throws
 * SourceError, with `mayHaveActed` when the answer was lost or says neither.
 */
export async function mutate(
  client: GitHubClient,
  what: string,
  owner: string,
  field: string,
  inputType: string,
  input: Record<string, unknown>,
): Promise<GraphqlError[] | null> {
  const query = `mutation($input: ${inputType}!) { ${field}(input: $input) { clientMutationId } }`;
  const answer = await client.graphql(what, owner, query, { input }, { mutation: true });
  const payload = Payload.safeParse(answer.data).data;
  if (payload?.[field]) return null;
  if (answer.errors.length > 0 && !isFault(answer.errors)) return answer.errors;
  throw new SourceError("failed", `GitHub failed at ${what}. ${quote(answer.errors)}`, {
    mayHaveActed: true,
  });
}
