import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { verifyAudit } from "./audit";
import { openDatabase } from "./db";
import { copyModel } from "./test-database";

/** Kills in all; more by environment, for a night's run. */
const ROUNDS = Number(process.env.KNOWN_GOOD_KILL_ROUNDS ?? 50);
/** Databases that are killed side by side. */
const LANES = 2;

/**
 * Lets a process of its own write, kills it a moment after so many commits, in the middle of the next
 * write, and says what it had committed.
 */
function writeUntilKilled(
  dataDir: string,
  kill: { afterCommits: number; momentMs: number },
): Promise<{ committed: string[]; end: string }> {
  const child = spawn(
    process.execPath,
    ["--import", "./e2e/crash/resolve-product.mjs", "e2e/crash/write-until-killed.ts"],
    {
      env: { ...process.env, WRITE_UNTIL_KILLED: dataDir },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const committed: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line !== "open") committed.push(line);
    if (committed.length === kill.afterCommits) {
      setTimeout(() => child.kill("SIGKILL"), kill.momentMs);
    }
  });
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ committed, end: signal ?? String(code) }));
  });
}

async function survive(dataDir: string): Promise<number> {
  const committed: string[] = [];
  const rounds = Math.ceil(ROUNDS / LANES);
  for (let round = 0; round < rounds; round += 1) {
    const kill = { afterCommits: round % 6, momentMs: (round * 3) % 14 };
    const { committed: more, end } = await writeUntilKilled(dataDir, kill);
    expect(end).toBe("SIGKILL");
    committed.push(...more);
    // Every writer opens it anew; now and then all of it is looked through.
    if (round % 5 !== 4 && round !== rounds - 1) continue;
    const opened = await openDatabase({ dataDir });
    try {
      const rows = await opened.db.auditEntry.findMany({ select: { subject: true } });
      const kept = new Set(rows.map((row) => row.subject));
      expect(committed.filter((subject) => !kept.has(subject))).toEqual([]);
      expect(await verifyAudit(opened.db)).toEqual({ intact: true, entries: kept.size });
    } finally {
      await opened.close();
    }
  }
  return committed.length;
}

test(`killed ${ROUNDS} times while it writes, it opens again with all that was committed`, async () => {
  const counts = await Promise.all(Array.from({ length: LANES }, () => survive(copyModel())));
  expect(Math.min(...counts)).toBeGreaterThan(ROUNDS / LANES);
}, 600_000);
