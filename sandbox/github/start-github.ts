import { createPublicKey } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Accounts, type TeamSeed, type TokenGrant } from "./accounts.ts";
import {
  type MergeSettings,
  type Protection,
  type QueueSettings,
  USUAL_MERGING,
  USUAL_PROTECTION,
  USUAL_QUEUE,
} from "./branch-rules.ts";
import { controlRules, type RuleControls } from "./control-rules.ts";
import { githubSchema } from "./graphql/github-schema.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { Issue } from "./issue-board.ts";
import { mergePullRequest } from "./merge-pull-request.ts";
import type { MergeMethod, PullRequest } from "./pull-request.ts";
import { type CommitToPush, pushCommit } from "./push-commit.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { RepositoryEvents } from "./repository-events.ts";
import {
  type OpenSeed,
  openSeededPull,
  type RepositorySeed,
  type SeededPull,
  seedRepository,
} from "./seed-repository.ts";
import type { AppOptions, OAuthOptions, Site } from "./site.ts";
import { SiteServer } from "./site-server.ts";
import { type FaultSettings, type RequestRecord, Traffic } from "./traffic.ts";
import { WebhookSender, type WebhookTarget } from "./webhook-sender.ts";

export type GithubOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  /** Where the repository is kept; a temporary folder, removed at the end, unless told. */
  dir?: string;
  tokens: Record<string, TokenGrant>;
  app?: AppOptions;
  oauth?: OAuthOptions;
  webhooks?: WebhookTarget[];
  /** From queued to completed, for the two checks of every head; 6000 unless told. */
  checksMs?: number;
  /** Requests an hour for each token; 5000 unless told. */
  rateLimit?: number;
  /** What a merge needs; both checks and no review unless told. */
  protection?: Partial<Protection>;
  /** The ways of merging that the settings allow; all of them, and auto-merge, unless told. */
  merging?: Partial<MergeSettings>;
  /** Gives the default branch a merge queue; it has none unless told. */
  mergeQueue?: Partial<QueueSettings>;
  /** Teams that can own files and be asked for reviews. */
  teams?: TeamSeed[];
  now?: () => number;
};

export type GithubSandbox = RuleControls & {
  /** Web address, e.g. `http://127.0.0.1:4100`. */
  url: string;
  apiUrl: string;
  graphqlUrl: string;
  /** Creates the repository (or adds to it) with a past of merged pull requests. */
  seed(seed: RepositorySeed): Promise<SeededPull[]>;
  /** Opens a pull request with real commits on its own branch; checks start. */
  openPullRequest(details: OpenSeed): Promise<PullRequest>;
  /** Somebody pushes a commit onto a branch, which begins with it when there is none. */
  push(commit: CommitToPush): Promise<string>;
  /**
   * Merges as an administrator: checks and reviews are not waited for, rulesets hold all the same.
   * With `force: false` as anybody else.
   */
  merge(
    number: number,
    method?: MergeMethod,
    login?: string,
    force?: boolean,
  ): Promise<PullRequest>;
  approve(number: number, login?: string): void;
  pullRequest(number: number): PullRequest | undefined;
  issue(number: number): Issue | undefined;
  /** Closes or opens an issue again, as its people would. */
  turnIssue(number: number, state: Issue["state"], reason?: Issue["reason"]): void;
  /** Turns the repository's issues on or off, as its owner can in its settings. */
  allowIssues(isOn: boolean): void;
  /**
   * Listens to `opened`, `closed`, `merged`, `push`, `check`, `issue`, `changed`
   * and the rest of {@link RepositoryEvents}; the answer stops it.
   */
  on<K extends keyof RepositoryEvents>(
    name: K,
    listener: (event: RepositoryEvents[K]) => void,
  ): () => void;
  /** The text of a file at a commit, null when it isn't there. */
  commitTree(sha: string, path: string): Promise<string | null>;
  /** Whether commit `a` is contained in `b`. */
  isAncestor(a: string, b: string): Promise<boolean>;
  head(branch?: string): Promise<string | null>;
  /** The bare repository's folder; empty until seeded. */
  readonly repositoryDir: string;
  faults: { set(settings: FaultSettings): Promise<void> };
  /** The last 2,000 requests, oldest first. */
  readonly requests: RequestRecord[];
  stop(): Promise<void>;
};

function appOf(app: AppOptions): NonNullable<Site["app"]> {
  const key = app.publicKey ?? app.privateKey;
  if (!key) throw new Error("The sandbox's GitHub App needs a privateKey or a publicKey (PEM).");
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  return { ...app, slug: app.slug ?? "known-good", publicKey };
}

/** Starts a small GitHub on 127.0.0.1: REST under /api/v3, GraphQL at /api/graphql, pages beside them. */
export async function startGithub(options: GithubOptions): Promise<GithubSandbox> {
  const now = options.now ?? Date.now;
  const accounts = new Accounts();
  for (const [token, grant] of Object.entries(options.tokens)) {
    const { permissions: permission, scopes = "repo" } = grant;
    const person = accounts.person(grant.login);
    // Somebody with several tokens is what the mightiest of them says.
    const roles = [permission, ...(person.role ? [person.role] : [])];
    person.role =
      (["admin", "write", "read"] as const).find((role) => roles.includes(role)) ?? "read";
    accounts.allow(token, { kind: "user", person, permission, scopes, grants: null });
  }
  for (const team of options.teams ?? []) accounts.setTeam(team);
  for (const { login, ...details } of options.oauth?.users ?? []) accounts.person(login, details);

  const site: Site = {
    url: "",
    apiUrl: "",
    graphqlUrl: "",
    accounts,
    limiter: new RateLimiter(options.rateLimit ?? 5000, now),
    app: options.app ? appOf(options.app) : null,
    oauth: options.oauth ?? null,
    repository: null,
    now,
  };
  // Reading GitHub's schema takes a moment, which the first query should not have to wait for.
  githubSchema();
  const traffic = new Traffic();
  const server = new SiteServer(site, traffic);
  const port = await server.listen(options.port ?? 0);
  site.url = `http://127.0.0.1:${port}`;
  site.apiUrl = `${site.url}/api/v3`;
  site.graphqlUrl = `${site.url}/api/graphql`;

  const temporary = options.dir ? null : await mkdtemp(join(tmpdir(), "github-sandbox-"));
  const dir = options.dir ?? temporary ?? tmpdir();
  const webhooks = new WebhookSender(site, options.webhooks ?? []);
  const rules = {
    protection: { ...USUAL_PROTECTION, ...options.protection },
    merging: { ...USUAL_MERGING, ...options.merging },
    queue: options.mergeQueue ? { ...USUAL_QUEUE, ...options.mergeQueue } : null,
  };
  const waiting: ((repository: HostedRepository) => void)[] = [];

  const hosted = (): HostedRepository => {
    if (!site.repository)
      throw new Error("The sandbox's GitHub has no repository yet: seed it first.");
    return site.repository;
  };

  return {
    url: site.url,
    apiUrl: site.apiUrl,
    graphqlUrl: site.graphqlUrl,
    async seed(seed) {
      const fresh = site.repository === null;
      const checksMs = options.checksMs ?? 6000;
      const house = { dir, accounts, rules, checksMs, now };
      const { repository, pulls } = await seedRepository(site.repository, seed, house);
      site.repository = repository;
      if (fresh) {
        webhooks.follow(repository);
        webhooks.ping(repository);
        for (const join of waiting) join(repository);
      }
      return pulls;
    },
    openPullRequest: (details) => openSeededPull(hosted(), details),
    push: (commit) => pushCommit(hosted(), commit),
    ...controlRules(hosted),
    merge: (number, method = "squash", login = hosted().owner, force = true) => {
      const by = accounts.person(login);
      return mergePullRequest(hosted(), hosted().pull(number), { by, method, force });
    },
    approve: (number, login = "reviewer") =>
      void hosted().review(hosted().pull(number), accounts.person(login), "APPROVED"),
    pullRequest: (number) => site.repository?.pulls.get(number),
    issue: (number) => site.repository?.issues.all.get(number),
    turnIssue(number, state, reason = null) {
      const { issues, owner } = hosted();
      const issue = issues.all.get(number);
      if (!issue) throw new Error(`The sandbox's GitHub has no issue #${number}.`);
      issues.turn(issue, accounts.person(owner), state, reason);
    },
    allowIssues(isOn) {
      hosted().issues.isOn = isOn;
    },
    on(name, listener) {
      if (site.repository) return site.repository.on(name, listener);
      let off = () => {};
      let wanted = true;
      waiting.push((repository) => {
        if (wanted) off = repository.on(name, listener);
      });
      return () => {
        wanted = false;
        off();
      };
    },
    commitTree: (sha, path) => hosted().git.readFile(sha, path),
    isAncestor: (a, b) => hosted().git.isAncestor(a, b),
    head: (branch = hosted().defaultBranch) => hosted().git.head(branch),
    get repositoryDir() {
      return site.repository?.git.path ?? "";
    },
    faults: {
      async set(settings) {
        traffic.set(settings);
        if (traffic.mode === "refuse") await server.close();
        else if (!server.listening) await server.listen();
      },
    },
    requests: traffic.requests,
    async stop() {
      await server.close();
      await site.repository?.stop();
      await webhooks.stop();
      if (temporary) await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
