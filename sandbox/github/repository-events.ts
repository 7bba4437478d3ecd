import type { Person } from "./accounts.ts";
import type { CheckRun } from "./check-board.ts";
import type { IssueEvent } from "./issue-board.ts";
import type { GroupEvent, QueueEvent } from "./merge-queue.ts";
import type { PullRequest, Review } from "./pull-request.ts";
import type { RequestEvent } from "./review-requests.ts";
import type { CommitStatus } from "./status-board.ts";

/** The head of an open pull request moved on. Ids are 40 hex digits. */
export type HeadEvent = { pull: PullRequest; before: string; by: Person };

export type PushEvent = { ref: string; before: string | null; after: string; by: Person };

/** What happens in the repository, for in-process listeners and webhooks. */
export type RepositoryEvents = {
  opened: PullRequest;
  closed: PullRequest;
  merged: PullRequest;
  push: PushEvent;
  synchronized: HeadEvent;
  check: CheckRun;
  issue: IssueEvent;
  status: CommitStatus;
  queue: QueueEvent;
  group: GroupEvent;
  labeled: { pull: PullRequest; label: string; by: Person; isOn: boolean };
  requested: RequestEvent;
  reviewed: { pull: PullRequest; review: Review };
  autoMerge: { pull: PullRequest; by: Person; isOn: boolean };
  /** Auto-merge, reviews and checks may have made a pull request ready to merge. */
  changed: PullRequest;
};
