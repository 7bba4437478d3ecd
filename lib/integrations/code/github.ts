import * as z from "zod";
import { adapter } from "@/lib/integrations/adapter";
import { advanceRevert } from "./github-advance-revert";
import { createCheckTimes } from "./github-check-times";
import { createGitHubClient } from "./github-client";
import { compare, resolveCommit } from "./github-commits";
import { filesAt, filesChanged, urlOfFile } from "./github-files";
import { findIssue, openIssue, readIssue } from "./github-issues";
import { createMergeHold } from "./github-merge-hold";
import { previewRevert } from "./github-preview-revert";
import { revertProgress } from "./github-progress";
import { pathsOfPulls } from "./github-pull-paths";
import { mergedSince, observePull, readPull, urlOfPull } from "./github-pulls";
import { findRevert, revert } from "./github-revert";
import { revertPath } from "./github-revert-path";
import { GitHubSettings } from "./github-settings";
import { isUpdateOf } from "./github-update-of";
import { readWebhook } from "./github-webhook";

const Meta = z.object({ installed_version: z.string().optional() });

/** GitHub.com, Enterprise Cloud or Enterprise Server: merged pull requests, the revert lever, and issues. */
export const github = adapter({
  kind: "code",
  product: "github",
  title: "GitHub",
  settings: GitHubSettings,
  connect(settings, context) {
    const client = createGitHubClient(settings, context);
    const times = createCheckTimes(client);
    /** Reverts under way by pull request: the next one for it waits, and then finds what was opened. */
    const reverting = new Map<string, Promise<unknown>>();
    return {
      kind: "code",
      product: "github",
      async check() {
        // Refused with wrong credentials, though what it tells is public.
        const { data } = await client.read(Meta, "itself", null, "GET /meta");
        return { version: data.installed_version ?? new URL(client.webUrl).host };
      },
      mergedSince: (query) => mergedSince(client, query),
      async pull(repository, number) {
        const whole = await readPull(client, repository, number);
        return (await observePull(client, repository, whole)).pull;
      },
      compare: (repository, base, head) => compare(client, repository, base, head),
      resolveCommit: (repository, ref) => resolveCommit(client, repository, ref),
      filesChanged: (query) => filesChanged(client, query),
      filesAt: (repository, ref, paths) => filesAt(client, repository, ref, paths),
      previewRevert: (repository, number) => previewRevert(client, repository, number),
      revert(request) {
        const key = `${request.repository.toLowerCase()}#${request.number}`;
        const act = () => revert(client, request);
        const turn = (reverting.get(key) ?? Promise.resolve()).then(act, act);
        reverting.set(key, turn);
        const leave = () => {
          if (reverting.get(key) === turn) reverting.delete(key);
        };
        turn.then(leave, leave);
        return turn;
      },
      findRevert: (repository, number, id) => findRevert(client, repository, number, id),
      revertProgress: (repository, number) => revertProgress(client, repository, number, times),
      openIssue: (request) => openIssue(client, request),
      findIssue: (query) => findIssue(client, query),
      readIssue: (repository, number) => readIssue(client, repository, number),
      guard: {
        ...createMergeHold(client, settings),
        pathsOfPulls: (query) => pathsOfPulls(client, query),
        isUpdateOf: (query) => isUpdateOf(client, query),
        revertPath: (query) => revertPath(client, settings, times, query),
        advanceRevert: (request) => advanceRevert(client, settings.revert, times, request),
      },
      rateLimit: client.rateLimit,
      readWebhook: (headers, rawBody) => readWebhook(settings.webhookSecret, headers, rawBody),
      urlOf: (repository, number) => urlOfPull(client, repository, number),
      urlOfFile: (repository, commit, path, line) =>
        urlOfFile(client, repository, commit, path, line),
    };
  },
});
