import * as z from "zod";
import { Text } from "./github-schemas";

/** What is asked of a pull request to see whether it left the merge queue, and why. */
export const QUEUE_TIMELINE = `timelineItems(last: 30, itemTypes: [ADDED_TO_MERGE_QUEUE_EVENT, REMOVED_FROM_MERGE_QUEUE_EVENT]) { nodes {
        __typename
        ... on RemovedFromMergeQueueEvent {
          id reason actor { __typename login }
        }
      } }`;

const Actor = z.object({ __typename: z.string(), login: Text }).nullish();

/** The queue's own events of a pull request, oldest first; null stands for being put in. */
export const QueueTimeline = z
  .object({
    nodes: z
      .array(
        z
          .object({
            __typename: z.string(),
            id: z.string().optional(),
            reason: Text.nullish(),
            actor: Actor,
          })
          .nullable(),
      )
      .nullable(),
  })
  .nullish()
  .transform((items) =>
    (items?.nodes ?? []).flatMap((node) => {
      if (!node) return [];
      if (node.__typename !== "RemovedFromMergeQueueEvent" || !node.id) return [null];
      const { id, reason, actor } = node;
      const by = actor?.__typename === "User" ? actor.login : null;
      return [{ id, why: whyOf(reason, by), reason: reason ?? null, by }];
    }),
  );

type Why = "checks" | "conflict" | "person" | "other";

/** GitHub publishes no list of reasons for this event; those of its webhook `dequeued` are known. */
function whyOf(reason: string | null | undefined, by: string | null): Why {
  const word = (reason ?? "").toUpperCase().replaceAll(/[^A-Z]+/g, "_");
  if (/CI_FAILURE|CI_TIMEOUT|FAILED_CHECKS|CHECKS_TIMED_OUT/.test(word)) return "checks";
  if (/CONFLICT/.test(word)) return "conflict";
  return by !== null && (word === "" || /MANUAL/.test(word)) ? "person" : "other";
}

export type Removal = {
  id: string;
  why: Why;
  reason: string | null;
  /** A person's login; null when it was GitHub, or nobody is named. */
  by: string | null;
  /** How often it has left the queue for its checks. */
  times: number;
};

type Known = {
  state: string;
  mergeQueueEntry?: unknown;
  timelineItems: z.output<typeof QueueTimeline>;
};

/** That an open pull request was taken out of the queue, and hasn't been put in since; else null. */
export function removalOf({ state, mergeQueueEntry, timelineItems }: Known): Removal | null {
  const last = timelineItems.at(-1) ?? null;
  if (state !== "OPEN" || mergeQueueEntry != null || last === null) return null;
  const times = timelineItems.filter((item) => item?.why === "checks").length;
  const { id, why, reason, by } = last;
  return { id, why, reason, by, times };
}

/** Once the checks of a group failed, which others may have caused, it is tried again: never twice. */
export function mayGoInAgain({ why, times }: Removal): boolean {
  return why === "checks" && times === 1;
}

/** "taken out of the merge queue by hugo", "…: the checks of its group failed". */
export function removalInWords({ why, reason, by }: Removal): string {
  const out = `taken out of the merge queue${by !== null && why === "person" ? ` by ${by}` : ""}`;
  const isLate = /TIME/i.test(reason ?? "");
  switch (why) {
    case "checks":
      return `${out}: the checks of its group ${isLate ? "didn't answer in time" : "failed"}`;
    case "conflict":
      return `${out}: it conflicts with what is merged before it`;
    case "person":
      return out;
    case "other":
      return reason === null ? out : `${out}: GitHub says ${reason}`;
    default:
      return why satisfies never;
  }
}
