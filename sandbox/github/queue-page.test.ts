import { Octokit } from "@octokit/rest";
import { afterEach, expect, it, vi } from "vitest";
import { FREEZE, here, merged, open, start, stopAll } from "./test-queue.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

afterEach(stopAll);

it("a pull request's page puts it into the queue and takes it out again", async () => {
  const github = await start();
  const pull = await open(github, "cart");
  const address = `${github.url}/acme/shop/pull/${pull.number}`;
  const text = async () => (await fetch(address)).text();
  const click = (act: string, headers: Record<string, string> = {}) =>
    fetch(`${address}/${act}`, { method: "POST", redirect: "manual", headers });

  github.postStatus(pull.headSha, FREEZE, "failure");
  expect(await text()).toContain("is failing.");
  expect(await text()).toContain("<button disabled>Merge when ready</button>");
  expect((await click("enqueue")).status).toBe(409);
  github.postStatus(pull.headSha, FREEZE, "success");
  expect((await click("enqueue", { origin: "http://evil.test" })).status).toBe(404);
  expect((await click("enqueue")).status).toBe(303);
  expect(await text()).toContain("Number 1 of the");
  expect((await click("dequeue")).status).toBe(303);
  expect(github.queued()).toEqual([]);
  expect((await fetch(`${github.url}/acme/shop/queue/other`)).status).toBe(404);
  expect(await (await fetch(`${github.url}/acme/shop/queue/main`)).text()).toContain("It is empty");
});

it("a queue that is taken away lets everything out", async () => {
  const github = await start();
  const pull = await open(github, "cart");
  await github.enqueue(pull.number);
  expect(github.queued()).toEqual([pull.number]);
  github.setMergeQueue(null);
  await expect.poll(() => github.queued(), { timeout: 20_000 }).toEqual([]);
  const octokit = new Octokit({ auth: "writer", baseUrl: github.apiUrl });
  await octokit.pulls.merge({ ...here, pull_number: pull.number });
  await merged(github, pull.number);
});
