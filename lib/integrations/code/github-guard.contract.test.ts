import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import type { AdapterContext } from "@/lib/integrations/adapter";
import { startGithub } from "../../../sandbox/github/start-github.ts";
import { github } from "./github";
import type { Asks, GuardTarget, MergedKey, StartGuard } from "./guard-target";
import { mergeHoldContract } from "./merge-hold.contract";
import { previewHoldContract } from "./preview-hold.contract";
import { revertHeadsContract } from "./revert-heads.contract";
import { revertPathContract } from "./revert-path.contract";
import { revertQueueContract } from "./revert-queue.contract";
import { revertStepsContract } from "./revert-steps.contract";
import { revertUpdateContract } from "./revert-update.contract";
import { rulesetHoldContract } from "./ruleset-hold.contract";

const DAY_MS = 86_400_000;
const APP = 41;
const REPOSITORY = "acme/shop";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const SOMEBODY = {
  ...{ GIT_AUTHOR_NAME: "mallory", GIT_AUTHOR_EMAIL: "mallory@example.com" },
  ...{ GIT_COMMITTER_NAME: "GitHub", GIT_COMMITTER_EMAIL: "noreply@github.com" },
};

const price = (amount: number) => ({ "src/price.ts": `export const price = ${amount};\n` });
const PAST: {
  key: MergedKey;
  title: string;
  method: "merge" | "squash" | "rebase";
  files: Record<string, string>;
}[] = [
  { key: "merge", title: "Add the basket", method: "merge", files: { "src/basket.ts": "1\n" } },
  { key: "squash", title: "Keep orders", method: "squash", files: { "orders/keep.ts": "1\n" } },
  { key: "rebase", title: "Show stock", method: "rebase", files: { "src/stock.ts": "1\n" } },
  { key: "price", title: "Raise the price", method: "squash", files: price(120) },
  { key: "price-again", title: "Raise it again", method: "squash", files: price(150) },
];

const OWNERS = "* @gina\n/src/ @ghost\n/orders/ @acme/orders @hugo\n";

const start: StartGuard = async (options = {}) => {
  const { checksMs = 100, rateLimit, ...asks } = options;
  const sandbox = await startGithub({
    tokens: {
      "token-owner": { login: "acme", permissions: "admin" },
      "token-writer": { login: "writer", permissions: "write" },
      "token-reader": { login: "reader", permissions: "read" },
    },
    app: {
      id: APP,
      installationId: 4242,
      privateKey,
      permissions: "write",
      grants: { statuses: "write" },
    },
    teams: [
      { slug: "orders", members: ["ivan"] },
      { slug: "files", members: ["gina", "hugo"] },
    ],
    checksMs,
    protection: { checks: false },
    ...(rateLimit ? { rateLimit } : {}),
  });
  onTestFinished(sandbox.stop);
  const began = Date.now() - 30 * DAY_MS;
  const merged = await sandbox.seed({
    owner: "acme",
    repo: "shop",
    files: { "README.md": "# Shop\n", CODEOWNERS: OWNERS, ...price(100) },
    history: PAST.map(({ key, title, method, files }, index) => ({
      at: new Date(began + index * DAY_MS),
      mergedAt: new Date(began + index * DAY_MS + 3_600_000),
      title,
      author: { login: "ann" },
      branch: `work/${key}`,
      mergeMethod: method,
      files,
    })),
  });
  const numbers = PAST.map(({ key }, index) => [key, merged[index]?.number ?? 0]);
  const pullOf = (number: number) => {
    const pull = sandbox.pullRequest(number);
    if (!pull) throw new Error(`There is no #${number}.`);
    return pull;
  };
  const ask = ({ contexts, strict, reviews, codeOwners, queue, autoMerge, methods }: Asks) => {
    if (contexts || strict !== undefined || reviews !== undefined || codeOwners !== undefined)
      sandbox.setProtection({
        ...(contexts ? { contexts } : {}),
        ...(strict === undefined ? {} : { strict }),
        ...(reviews === undefined ? {} : { reviews }),
        ...(codeOwners === undefined ? {} : { codeOwners }),
      });
    if (queue !== undefined) sandbox.setMergeQueue(queue ? {} : null);
    if (autoMerge !== undefined) sandbox.setMerging({ autoMerge });
    if (methods) {
      const [merge, squash, rebase] = (["merge", "squash", "rebase"] as const).map((one) =>
        methods.includes(one),
      );
      sandbox.setMerging({
        merge: merge ?? false,
        squash: squash ?? false,
        rebase: rebase ?? false,
      });
    }
  };
  ask(asks);

  const target: GuardTarget = {
    repository: REPOSITORY,
    branch: "main",
    merged: Object.fromEntries(numbers) as Record<MergedKey, number>,
    connect({ as = "writer", settings = {}, timeoutSeconds = 10, now = () => new Date() } = {}) {
      const access = as === "app" ? { appId: APP, privateKey } : { token: `token-${as}` };
      const parsed = { apiUrl: sandbox.apiUrl, timeoutSeconds, ...access, ...settings };
      const context: AdapterContext = { name: "code", now, log: { warn: () => undefined } };
      const source = github.connect(github.settings.parse(parsed), context);
      const { guard } = source;
      if (!guard) throw new Error("GitHub has a guard.");
      return { ...source, guard };
    },
    async open(key, author = "ann") {
      const opened = await sandbox.openPullRequest({
        title: `Try ${key}`,
        author: { login: author },
        branch: `try/${key}`,
        files: { [`tries/${key}.txt`]: "x\n" },
      });
      return { number: opened.number, head: opened.headSha };
    },
    pull(number) {
      const pull = pullOf(number);
      return {
        isOpen: pull.state === "open",
        isMerged: pull.merge !== null,
        author: pull.author.login,
        branch: pull.headRef,
        head: pull.headSha,
        method: pull.merge?.method ?? null,
        labels: pull.labels,
        asked: pull.reviewRequests.map(({ of }) =>
          of.kind === "person" ? of.person.login : of.team.slug,
        ),
        autoMerge: pull.autoMerge?.method ?? null,
      };
    },
    status(sha) {
      const found = sandbox.statuses(sha).find(({ context }) => context === "known-good/freeze");
      if (!found) return null;
      const { state, description, creator } = found;
      return { state, description, by: creator.login };
    },
    post: (sha, state, login) => void sandbox.postStatus(sha, "known-good/freeze", state, login),
    approve: (number, login) => sandbox.approve(number, login),
    async mergeAs(login, number) {
      try {
        await sandbox.merge(number, "squash", login, false);
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    ask,
    rulesets: () =>
      sandbox.rulesets().map(({ id, name, enforcement, exclude }) => ({
        id,
        name,
        enforcement,
        exclude,
      })),
    addRuleset({ name, enforcement, rules = [{ type: "update" }], bypass, branch }) {
      const actor =
        bypass === "app"
          ? ({ actor_id: APP, actor_type: "Integration" } as const)
          : ({ actor_id: bypass === "owner" ? 5 : 4, actor_type: "RepositoryRole" } as const);
      return sandbox.addRuleset({
        name,
        enforcement,
        rules,
        bypassActors: bypass ? [{ ...actor, bypass_mode: "always" }] : [],
        ...(branch ? { include: [`refs/heads/${branch}`] } : {}),
      }).id;
    },
    setRuleset(id, enforcement) {
      const ruleset = sandbox.rulesets().find((one) => one.id === id);
      if (!ruleset) throw new Error(`There is no ruleset ${id}.`);
      ruleset.enforcement = enforcement;
    },
    async sendAsOwner(method, path, body) {
      const headers = { authorization: "Bearer token-owner", "content-type": "application/json" };
      return (await fetch(`${sandbox.apiUrl}/${path}`, { method, body, headers })).status;
    },
    push: (branch, path, text, login = "ann") =>
      sandbox.push({
        branch,
        message: `Change ${path}`,
        files: { [path]: text },
        author: { login },
      }),
    mergeWith({ branch, base, files }) {
      const git = (args: string[], input?: string) =>
        execFileSync("git", ["--git-dir", sandbox.repositoryDir, ...args], {
          ...{ encoding: "utf8", env: { ...process.env, ...SOMEBODY, GIT_INDEX_FILE: index } },
          ...(input === undefined ? {} : { input }),
        }).trim();
      const index = `${sandbox.repositoryDir}/index-of-${randomUUID()}`;
      git(["read-tree", git(["merge-tree", "--write-tree", `refs/heads/${branch}`, base])]);
      for (const [path, text] of Object.entries(files)) {
        const blob = git(["hash-object", "-w", "--stdin"], text);
        git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
      }
      const parents = ["-p", `refs/heads/${branch}`, "-p", base];
      return git(["commit-tree", git(["write-tree"]), ...parents, "-m", `Merge into ${branch}`]);
    },
    async parents(sha) {
      const args = ["--git-dir", sandbox.repositoryDir, "show", "-s", "--format=%P", sha];
      return execFileSync("git", args, { encoding: "utf8" }).trim().split(" ");
    },
    enqueue: (number) => sandbox.enqueue(number),
    dequeue: sandbox.dequeue,
    groupHead: sandbox.groupHead,
    queued: sandbox.queued,
    faults: {
      applyThenFail: (applyThenFail) => sandbox.faults.set({ applyThenFail }),
      set: (mode) => sandbox.faults.set({ mode }),
      writes: () =>
        sandbox.requests.flatMap(({ method, path, operation }) => {
          if (operation) return /^[a-z]+PullRequest/.test(operation) ? [operation] : [];
          const isToken = path.endsWith("/access_tokens") || path.includes("/graphql");
          return method === "GET" || isToken
            ? []
            : [`${method} ${path.replace(/^.*\/shop\//, "")}`];
        }),
      countRequests: () => sandbox.requests.length,
    },
  };
  return target;
};

mergeHoldContract("a small GitHub", start);
rulesetHoldContract("a small GitHub", start);
previewHoldContract("a small GitHub", start);
revertPathContract("a small GitHub", start);
revertStepsContract("a small GitHub", start);
revertUpdateContract("a small GitHub", start);
revertQueueContract("a small GitHub", start);
revertHeadsContract("a small GitHub", start);
