import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { AddFollowUpInput } from "@/lib/contracts/follow-up";
import { formerIssueMark } from "@/lib/rules/issue-words";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { eachDatabase } from "@/lib/server/test-database";
import { TOKENS } from "@/lib/server/test-names";
import { codeOf, draftedRetro, writerOn } from "@/lib/server/test-retro";
import { startCollectors } from "@/lib/sources/collect";
import { receiveWebhook } from "@/lib/sources/receive-webhook";
import { type GithubSandbox, startGithub } from "../../sandbox/github/start-github.ts";
import { addFollowUp } from "./add-follow-up";
import { editFollowUp } from "./edit-follow-up";
import { findFollowUp } from "./find-follow-up";
import { followIssues } from "./follow-issues";
import { openIssue } from "./open-issue";

let github: GithubSandbox;

beforeAll(async () => {
  github = await startGithub({
    tokens: { [TOKENS.code]: { login: "known-good-bot", permissions: "write" } },
  });
  await github.seed({
    owner: "acme",
    repo: "shop",
    files: { "README.md": "# Shop\n" },
    history: [],
  });
});
afterAll(() => github.stop());

const opened = () =>
  github.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/issues"))
    .length;

/** A clock that can be set ahead, and a follow-up to open. */
async function prepared(db: Ctx["db"]) {
  let aheadMs = 0;
  const clock = () => new Date(Date.now() + aheadMs);
  const { ctx, published } = writerOn(db, "Ada", { github: github.apiUrl }, clock);
  const id = await draftedRetro(ctx);
  const input = AddFollowUpInput.parse({ title: "Cap the pool", kind: "prevent", owner: "Bob" });
  const followUp = await addFollowUp(ctx, { id, ...input });
  const source = { name: "code", adapter: ctx.sources.get("code", "code") };
  return {
    ctx,
    published,
    id,
    followUpId: followUp.id,
    follow: () => followIssues(ctx, source),
    now: async () => (await findFollowUp(ctx, followUp.id)).followUp,
    ahead: (ms: number) => {
      aheadMs += ms;
    },
  };
}

eachDatabase("a follow-up's issue", (database) => {
  test("is opened once where the service keeps its code, says why, and is followed", async () => {
    const { db } = database();
    const { ctx, published, id, followUpId, follow, now } = await prepared(db);
    const before = opened();
    const presses = await Promise.all([1, 2, 3].map(() => codeOf(openIssue(ctx, { followUpId }))));
    expect(presses.toSorted()).toEqual(["being-opened", "being-opened", "done"]);
    expect(opened()).toBe(before + 1);
    const { issue } = await now();
    expect(issue).toMatchObject({ source: "code", repository: "acme/shop", state: "open" });
    const number = issue?.number ?? 0;
    expect(issue?.url).toBe(`${github.url}/acme/shop/issues/${number}`);
    const body = github.issue(number)?.body ?? "";
    expect(body).toContain(`https://known-good.example/retros/${id}`);
    expect(body).toContain("- Owner: Bob");
    expect(body).toMatch(new RegExp(`\\n\\nKnown-Good-Follow-Up: ${followUpId} of \\S+$`));
    expect(await codeOf(openIssue(ctx, { followUpId }))).toBe("has-issue");

    published.length = 0;
    await follow();
    expect(published).toEqual([]);
    github.turnIssue(number, "closed");
    await follow();
    expect(await now()).toMatchObject({ state: "done", issue: { state: "closed" } });
    expect((await now()).closedAt).not.toBeNull();
    expect(published).toEqual([`retro ${id}`, "retros"]);
    github.turnIssue(number, "open");
    await follow();
    expect(await now()).toMatchObject({ state: "open", closedAt: null });
    github.turnIssue(number, "closed", "not_planned");
    await follow();
    expect(await now()).toMatchObject({ state: "dropped" });
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
  });

  test("closed by hand stays closed while its issue is open, until that moves", async () => {
    const { ctx, followUpId, follow, now } = await prepared(database().db);
    const { issue, version } = await openIssue(ctx, { followUpId });
    await editFollowUp(ctx, { followUpId, version, state: "dropped" });
    await follow();
    expect(await now()).toMatchObject({ state: "dropped", issue: { state: "open" } });
    github.turnIssue(issue?.number ?? 0, "closed");
    await follow();
    expect(await now()).toMatchObject({ state: "dropped", issue: { state: "closed" } });
    github.turnIssue(issue?.number ?? 0, "open");
    await follow();
    expect(await now()).toMatchObject({ state: "open", issue: { state: "open" } });
  });

  test.each([502, "drop"] as const)(
    "an answer lost (%s) is read back; nothing is opened twice",
    async (how) => {
      const { ctx, followUpId, follow, now, ahead } = await prepared(database().db);
      const before = opened();
      await github.faults.set({ applyThenFail: how });
      expect(await codeOf(openIssue(ctx, { followUpId }))).toBe("outcome-unknown");
      expect(await codeOf(openIssue(ctx, { followUpId }))).toBe("being-opened");
      await follow();
      expect((await now()).issue).toBeNull();
      ahead(16_000);
      await follow();
      expect((await now()).issue).toMatchObject({ state: "open" });
      expect(opened()).toBe(before + 1);
    },
  );

  test("one that was opened under the former mark is found, too", async () => {
    const { ctx, followUpId, follow, now, ahead } = await prepared(database().db);
    const { number, followUp } = await findFollowUp(ctx, followUpId);
    const mark = formerIssueMark(followUp);
    const since = new Date(followUp.createdAt);
    const asked = { repository: "acme/shop", title: followUp.title, body: "", mark, since };
    const answer = await ctx.sources.get("code", "code").openIssue(asked);
    if (answer.outcome !== "opened") throw new Error(answer.blocker.sentence);
    await ctx.db.followUp.update({
      where: { number },
      data: { issueAskedAt: ctx.now(), issueSource: "code", issueRepository: "acme/shop" },
    });
    ahead(16_000);
    await follow();
    expect((await now()).issue).toMatchObject({ number: answer.issue.number, state: "open" });
  });

  test("one that never arrived can be asked for again, after long enough", async () => {
    const { ctx, followUpId, follow, now, ahead } = await prepared(database().db);
    const { db } = ctx;
    const { number } = await findFollowUp(ctx, followUpId);
    // As a process leaves it that dies between writing it down and asking.
    await db.followUp.update({
      where: { number },
      data: { issueAskedAt: ctx.now(), issueSource: "code", issueRepository: "acme/shop" },
    });
    ahead(60_000);
    await follow();
    expect(await codeOf(openIssue(ctx, { followUpId }))).toBe("being-opened");
    ahead(120_000);
    await follow();
    expect(await db.followUp.findUnique({ where: { number } })).toMatchObject({
      issueAskedAt: null,
      issueRepository: null,
    });
    expect(await codeOf(openIssue(ctx, { followUpId }))).toBe("done");
    expect((await now()).issue).not.toBeNull();
  });

  test("says what is in the way, and may then be pressed again", async () => {
    const { ctx, followUpId } = await prepared(database().db);
    const { db } = ctx;
    const before = opened();
    const asked = (input: object = {}) => codeOf(openIssue(ctx, { followUpId, ...input }));
    github.allowIssues(false);
    expect(await asked()).toBe("issues-disabled");
    github.allowIssues(true);
    expect(await asked({ repository: "nobody/nothing" })).toBe("no-repository");
    expect(await asked({ source: "nowhere" })).toBe("unknown-source");
    await github.faults.set({ mode: "refuse" });
    expect(await asked()).toBe("unreachable");
    await github.faults.set({ mode: "none" });
    await db.incident.updateMany({ data: { services: ["gone"] } });
    expect(await asked()).toBe("no-repository");
    expect(opened()).toBe(before);
    expect(await asked({ repository: "acme/shop" })).toBe("done");
    expect(await codeOf(openIssue(ctx, { followUpId: "FOL-99" }))).toBe("unknown-follow-up");
  });

  test("an issue that is gone leaves the follow-up, and the others, as they were", async () => {
    const { ctx, followUpId, follow, now } = await prepared(database().db);
    const { issue } = await openIssue(ctx, { followUpId });
    await ctx.db.followUp.updateMany({ data: { issueNumber: 9_999 } });
    await follow();
    expect(await now()).toMatchObject({ state: "open", issue: { number: 9_999, state: "open" } });
    await ctx.db.followUp.updateMany({ data: { issueNumber: issue?.number ?? 0 } });
    await github.faults.set({ mode: "refuse" });
    await expect(follow()).rejects.toMatchObject({ code: "unreachable" });
    await github.faults.set({ mode: "none" });
  });

  test("a webhook makes its issue be read at once, and once", async () => {
    const { ctx, followUpId, now } = await prepared(database().db);
    const { issue } = await openIssue(ctx, { followUpId });
    await ctx.db.followUp.updateMany({ data: { issueReadAt: null } });
    const readAt = async () => (await ctx.db.followUp.findFirst())?.issueReadAt ?? null;
    onTestFinished(startCollectors(ctx, { isAlone: true, evidenceDays: 30 }));
    // Its first turn is over; the next is ten seconds away.
    await expect.poll(readAt, { timeout: 8_000 }).not.toBeNull();
    github.turnIssue(issue?.number ?? 0, "closed");
    const body = JSON.stringify({
      action: "closed",
      repository: { full_name: "ACME/shop" },
      issue: { number: issue?.number },
    });
    const signature = createHmac("sha256", TOKENS.webhook).update(body).digest("hex");
    const headers = new Headers({
      "x-github-event": "issues",
      "x-github-delivery": "d-1",
      "x-hub-signature-256": `sha256=${signature}`,
    });
    const taken = () => receiveWebhook(ctx, { source: "code", headers, body });
    expect(await taken()).toEqual({ taken: true });
    await expect.poll(async () => (await now()).state, { timeout: 6_000 }).toBe("done");
    expect(await taken()).toEqual({ taken: false });
    expect(await readAt()).not.toBeNull();
  });
});
