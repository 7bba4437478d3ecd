import type { CheckRun } from "../check-board.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Site } from "../site.ts";
import { nodeId } from "./person-view.ts";

/** `check-run`, with the open pull requests whose head it checked. */
export function checkRunView(
  site: Site,
  repository: HostedRepository,
  run: CheckRun,
): Record<string, unknown> {
  const api = `${site.apiUrl}/repos/${repository.fullName}`;
  const html = `${site.url}/${repository.fullName}/commit/${run.sha}`;
  const repo = { id: repository.id, url: api, name: repository.name };
  const pulls = [...repository.pulls.values()].filter(
    (pull) => pull.state === "open" && pull.headSha === run.sha,
  );
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.sha,
    external_id: "",
    url: `${api}/check-runs/${run.id}`,
    html_url: html,
    details_url: html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoTime(run.startedAt),
    completed_at: run.completedAt === null ? null : isoTime(run.completedAt),
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${api}/check-runs/${run.id}/annotations`,
    },
    check_suite: { id: run.id },
    app: null,
    pull_requests: pulls.map((pull) => ({
      id: pull.id,
      number: pull.number,
      url: `${api}/pulls/${pull.number}`,
      head: { ref: pull.headRef, sha: pull.headSha, repo },
      base: { ref: pull.baseRef, sha: pull.mergeBase, repo },
    })),
  };
}
