import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataFolderError, type DataLock, lockDataFolder } from "./data-lock";

let folder: string;
let held: DataLock[] = [];
const file = () => join(folder, "known-good.lock");
const lock = (instance: string) => {
  const got = lockDataFolder(folder, instance, join(folder, "scratch"), () => undefined);
  held.push(got);
  return got;
};
const holder = (changes: Record<string, unknown>) =>
  writeFileSync(
    file(),
    JSON.stringify({
      instance: "earlier",
      pid: process.pid,
      host: hostname(),
      boot: boot(),
      ticks: "1",
      since: "2026-11-20T10:00:00.000Z",
      beatAt: "2026-11-20T10:00:00.000Z",
      scratch: "",
      ...changes,
    }),
  );
const boot = () => {
  const path = "/proc/sys/kernel/random/boot_id";
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "known-good-lock-"));
});
afterEach(() => {
  for (const each of held) each.release();
  held = [];
  rmSync(folder, { recursive: true, force: true });
});

test("a folder has one holder, which lets go", () => {
  const first = lock("one");
  expect(() => lock("two")).toThrow(/already open in this process/);
  first.release();
  expect(existsSync(file())).toBe(false);
  lock("two");
  expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({ pid: process.pid });
});

test("a living process is named, however old its heartbeat", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  try {
    holder({ pid: child.pid, ticks: null });
    expect(() => lock("two")).toThrow(new RegExp(`process ${child.pid} on ${hostname()}`));
  } finally {
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  lock("two");
});

test("another machine's holder is left alone, with what to do", () => {
  holder({ host: "another-machine", pid: 1 });
  expect(() => lock("two")).toThrow(/another-machine.*delete .*known-good\.lock/);
});

test("the same number in a later process is not the holder", () => {
  holder({ pid: process.pid });
  lock("two");
});

test("a holder from before the machine started is gone", () => {
  holder({ pid: process.ppid, boot: "an earlier start" });
  if (boot() !== null) lock("two");
});

test("what a dead holder left behind is cleared", () => {
  const scratch = mkdtempSync(join(tmpdir(), "known-good-scratch-"));
  holder({ pid: process.pid, scratch });
  lock("two");
  expect(existsSync(scratch)).toBe(false);
});

test("two don't succeed the same holder", () => {
  holder({ pid: process.pid });
  writeFileSync(`${file()}.takeover`, "somebody else");
  expect(() => lock("two")).toThrow(/just opening/);
});

test("a damaged lock is not a holder", () => {
  writeFileSync(file(), "{ cut");
  lock("two");
});

test("a folder that can't be written is told with what to do", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  chmodSync(file, 0o400);
  const attempt = () => lockDataFolder(join(file, "data"), "one", "", () => undefined);
  expect(attempt).toThrow(DataFolderError);
  expect(attempt).toThrow(/KNOWN_GOOD_DATA/);
});
