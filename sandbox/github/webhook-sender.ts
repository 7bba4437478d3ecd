import { createHmac, randomUUID } from "node:crypto";
import { isoTime } from "./git-history.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { PullRequest } from "./pull-request.ts";
import type { PushEvent } from "./repository-events.ts";
import { checkRunView } from "./rest/check-view.ts";
import { ownIssueView } from "./rest/issue-view.ts";
import { personView } from "./rest/person-view.ts";
import { fullPullRequestView } from "./rest/pull-request-view.ts";
import { repositoryView } from "./rest/repository-view.ts";
import { followRules } from "./rule-webhooks.ts";
import type { Site } from "./site.ts";

export type WebhookTarget = { url: string; secret: string };

/** Ten seconds to answer, as GitHub gives; a delivery that fails is not sent again. */
const TIMEOUT_MS = 10_000;

/** Sends what happens to every target, each delivery under its own id. */
export class WebhookSender {
  readonly #targets: WebhookTarget[];
  readonly #site: Site;
  readonly #stopped = new AbortController();
  /** Deliveries that are still being made out of the repository. */
  readonly #making = new Set<Promise<void>>();

  constructor(site: Site, targets: WebhookTarget[]) {
    this.#site = site;
    this.#targets = targets;
  }

  /** Says that the hook exists, once the repository does. */
  ping(repository: HostedRepository): void {
    const zen = "Approachable is better than simple.";
    this.#targets.forEach((target, index) => {
      const config = { url: target.url, content_type: "json", insecure_ssl: "0" };
      const hook = { type: "Repository", id: index + 1, name: "web", active: true, config };
      this.#send(target, "ping", { zen, hook_id: index + 1, hook, ...this.#about(repository) });
    });
  }

  /** Follows a repository's events from now on. */
  follow(repository: HostedRepository): void {
    if (this.#targets.length === 0) return;
    const pull = (action: string) => (event: PullRequest) =>
      this.#make(this.#pull(repository, action, event));
    repository.on("opened", pull("opened"));
    repository.on("closed", pull("closed"));
    repository.on("synchronized", ({ pull: of, before, by }) => {
      const more = { before, after: of.headSha, sender: personView(this.#site, by) };
      this.#make(this.#pull(repository, "synchronize", of, more));
    });
    repository.on("push", (event) => this.#make(this.#push(repository, event)));
    followRules(this.#site, repository, {
      pull: (action, event, more) => this.#make(this.#pull(repository, action, event, more)),
      about: (name, payload) =>
        this.#make(
          payload.then((own) => this.#broadcast(name, { ...this.#about(repository), ...own })),
        ),
    });
    repository.on("issue", ({ action, issue, by }) =>
      this.#broadcast("issues", {
        action,
        issue: ownIssueView(this.#site, repository, issue),
        ...this.#about(repository),
        sender: personView(this.#site, by),
      }),
    );
    repository.on("check", (run) => {
      const action = run.status === "completed" ? "completed" : "created";
      if (run.status === "in_progress") return;
      const check_run = checkRunView(this.#site, repository, run);
      this.#broadcast("check_run", { action, check_run, ...this.#about(repository) });
    });
  }

  /** Once it is over nobody reads the repository any more: its folder may go. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.allSettled(this.#making);
  }

  #make(delivery: Promise<void>): void {
    this.#making.add(delivery);
    void delivery
      .catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) throw error;
      })
      .finally(() => this.#making.delete(delivery));
  }

  #about(repository: HostedRepository): Record<string, unknown> {
    const view = repositoryView(this.#site, repository);
    return { repository: view, sender: view.owner };
  }

  async #pull(
    repository: HostedRepository,
    action: string,
    pull: PullRequest,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const by = pull.merge?.by ?? pull.author;
    const pull_request = await fullPullRequestView(this.#site, repository, pull);
    this.#broadcast("pull_request", {
      action,
      number: pull.number,
      pull_request,
      ...this.#about(repository),
      sender: personView(this.#site, by),
      ...more,
    });
  }

  async #push(repository: HostedRepository, event: PushEvent): Promise<void> {
    const { history } = repository;
    const range = event.before ? `${event.before}..${event.after}` : event.after;
    const log = await history.log(range, { limit: event.before ? 100 : 1 });
    const view = repositoryView(this.#site, repository);
    const commits = await Promise.all(
      log.reverse().map(async (commit) => {
        const files = commit.parents[0] ? await history.diff(commit.parents[0], commit.sha) : [];
        const of = (status: string) =>
          files.filter((file) => file.status === status).map((file) => file.path);
        return {
          id: commit.sha,
          tree_id: commit.tree,
          distinct: true,
          message: commit.message,
          timestamp: commit.committer.date,
          url: `${view.html_url}/commit/${commit.sha}`,
          author: { name: commit.author.name, email: commit.author.email },
          committer: { name: commit.committer.name, email: commit.committer.email },
          added: of("added"),
          removed: of("removed"),
          modified: [...of("modified"), ...of("renamed")],
        };
      }),
    );
    const zero = "0".repeat(40);
    this.#broadcast("push", {
      ref: event.ref,
      before: event.before ?? zero,
      after: event.after,
      base_ref: null,
      created: event.before === null,
      deleted: false,
      forced: false,
      compare: `${view.html_url}/compare/${(event.before ?? zero).slice(0, 12)}...${event.after.slice(0, 12)}`,
      commits,
      head_commit: commits.at(-1) ?? null,
      pusher: { name: event.by.login, email: event.by.email, date: isoTime(repository.now()) },
      repository: view,
      sender: personView(this.#site, event.by),
    });
  }

  #broadcast(event: string, payload: unknown): void {
    for (const target of this.#targets) this.#send(target, event, payload);
  }

  #send(target: WebhookTarget, event: string, payload: unknown): void {
    const body = JSON.stringify(payload);
    const digest = createHmac("sha256", target.secret).update(body).digest("hex");
    fetch(target.url, {
      method: "POST",
      body,
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "user-agent": "GitHub-Hookshot/sandbox",
        "x-github-event": event,
        "x-github-delivery": randomUUID(),
        "x-github-hook-id": "1",
        "x-hub-signature-256": `sha256=${digest}`,
      },
      signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
      .then((response) => response.body?.cancel())
      // A receiver that is away misses its delivery; it has to read what it missed by itself.
      .catch(() => undefined);
  }
}
