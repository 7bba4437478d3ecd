import * as z from "zod";
import { Text, Time, WebUrl } from "./github-schemas";

/** Fields of a commit's `statusCheckRollup`, as a query asks for them. */
export const ROLLUP = `statusCheckRollup { state contexts(first: 100) { nodes {
  __typename
  ... on CheckRun { name status conclusion detailsUrl startedAt completedAt }
  ... on StatusContext { context state targetUrl createdAt }
} } }`;

const BAD = new Set([
  "FAILURE",
  "ERROR",
  "TIMED_OUT",
  "CANCELLED",
  "ACTION_REQUIRED",
  "STARTUP_FAILURE",
]);

export function isBad(state: string): boolean {
  return BAD.has(state);
}

/** A check run or a commit status. Times in ISO 8601. */
export const Check = z.union([
  z
    .object({
      __typename: z.literal("CheckRun"),
      name: Text,
      status: z.string(),
      conclusion: z.string().nullish(),
      detailsUrl: WebUrl,
      startedAt: Time.nullish(),
      completedAt: Time.nullish(),
    })
    .transform(({ name, status, conclusion, detailsUrl, startedAt, completedAt }) => ({
      name,
      isOver: status === "COMPLETED",
      isBad: BAD.has(conclusion ?? ""),
      url: detailsUrl,
      startedAt: startedAt ?? null,
      endedAt: status === "COMPLETED" ? (completedAt ?? null) : null,
    })),
  z
    .object({
      __typename: z.literal("StatusContext"),
      context: Text,
      state: z.string(),
      targetUrl: WebUrl,
      createdAt: Time.nullish(),
    })
    .transform(({ context, state, targetUrl, createdAt }) => ({
      name: context,
      isOver: state !== "PENDING" && state !== "EXPECTED",
      isBad: BAD.has(state),
      url: targetUrl,
      // Of a status only its end is told.
      startedAt: null,
      endedAt: state !== "PENDING" && state !== "EXPECTED" ? (createdAt ?? null) : null,
    })),
]);
export type Check = z.output<typeof Check>;

/** What a query's `commits(last: 1)` tells of the head: null when nothing has reported. */
export const LastCommit = z
  .object({
    nodes: z
      .array(
        z
          .object({
            commit: z.object({
              statusCheckRollup: z
                .object({
                  state: z.string(),
                  contexts: z.object({ nodes: z.array(Check.nullable()) }),
                })
                .nullish(),
            }),
          })
          .nullable(),
      )
      .nullable(),
  })
  .transform(({ nodes }) => {
    const rollup = nodes?.at(-1)?.commit.statusCheckRollup;
    if (!rollup) return null;
    const checks = rollup.contexts.nodes.filter((check) => check !== null);
    return { state: rollup.state, checks };
  });
export type Rollup = z.output<typeof LastCommit>;

/** When the first of these checks began, or null. */
export function beganAt(checks: readonly Check[]): string | null {
  return (
    checks
      .flatMap(({ startedAt }) => startedAt ?? [])
      .sort()
      .at(0) ?? null
  );
}
