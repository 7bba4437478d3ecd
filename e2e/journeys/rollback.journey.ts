import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import { findKubectl } from "../real-parts/find-kubectl.ts";
import {
  expectRecommended,
  expectStatus,
  follow,
  leverOf,
  newestRestoration,
  pull,
  putBackFirst,
} from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

/** So slow that a page can't miss them one by one. */
const SLOW_PODS = ["--pod-ready-ms=2500"];

test.use({ scenario: "rollback", place: "rollback", database: "embedded", sandboxArgs: SLOW_PODS });
test.describe.configure({ mode: "serial" });

const run = promisify(execFile);

type Revision = { revision: number; cause: string };

/** The deploy history as stock kubectl prints it, oldest first. */
async function historyByKubectl(world: World, kubectl: string): Promise<Revision[]> {
  const folder = await mkdtemp(join(tmpdir(), "known-good-kubectl-"));
  try {
    const kubeconfig = join(folder, "kubeconfig");
    const answer = await fetch(`${world.addresses.control}/kubeconfig`);
    await writeFile(kubeconfig, await answer.text(), { mode: 0o600 });
    const paths = ["--kubeconfig", kubeconfig, "--cache-dir", join(folder, "cache")];
    const { stdout } = await run(kubectl, [...paths, "rollout", "history", "deployment/payments"]);
    return stdout.split("\n").flatMap((line) => {
      const [, revision, cause] = /^(\d+)\s+(.+)$/.exec(line) ?? [];
      return revision && cause ? [{ revision: Number(revision), cause: cause.trim() }] : [];
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The deploy history as the service page shows it, oldest first. */
async function historyOnPage(page: Page): Promise<Revision[]> {
  const older = page.getByRole("button", { name: /^Show older/ });
  while (await older.isVisible()) await older.click();
  const rows = await page
    .getByRole("region", { name: "Revisions" })
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader") })
    .all();
  const read = await Promise.all(
    rows.map(async (row) => ({
      revision: Number(
        /(\d+)$/.exec(((await row.getByRole("button").first().textContent()) ?? "").trim())?.[1],
      ),
      cause: (
        (await row.getByRole("cell").nth(1).locator("span").first().textContent()) ?? ""
      ).trim(),
    })),
  );
  return read.reverse();
}

test("rollback: from the open incident to verified, and put back", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /Card payments/);
  const lever = leverOf(page, "Roll back");
  await expectRecommended(page, "Roll back");

  await pull(page, lever.getByRole("button"), /payments/);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted"]);
  await expect(restoration.getByText(/\d of \d/).first()).toBeVisible();
  await follow(restoration, ["In effect", "Signal good", "Verified"]);
  await expectStatus(page, "Restored");

  await putBackFirst(page, "Payments");
  const patches = await world.asked("kubernetes");
  expect(patches.filter(isDeploymentPatch)).toHaveLength(2);
});

function isDeploymentPatch({ method, path }: { method: string; path: string }): boolean {
  return method === "PATCH" && path.includes("/deployments/") && !path.includes("dryRun");
}

test("kubectl tells the same deploy history, line by line", async ({ commander: page, world }) => {
  const { part: kubectl, reason } = await findKubectl();
  test.skip(kubectl === null, reason ?? "");
  if (kubectl === null) return;
  await page.goto(`${world.url}/services/payments`);
  await expect(page.getByRole("region", { name: "Revisions" })).toBeVisible();
  const theirs = await historyByKubectl(world, kubectl);
  const ours = await historyOnPage(page);
  expect(theirs.length).toBeGreaterThan(3);
  // The ledger also keeps what the cluster has forgotten, or renumbered when it went back to it.
  const kept = new Set(theirs.map(({ revision }) => revision));
  expect(ours.filter(({ revision }) => kept.has(revision))).toEqual(theirs);
  expect(ours.length).toBeGreaterThan(theirs.length);
});
