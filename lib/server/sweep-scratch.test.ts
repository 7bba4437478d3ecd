import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { SCRATCH_SOCKET, sweepScratch } from "./sweep-scratch";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "known-good-sweep-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HOUR_AGO = new Date(Date.now() - 3_600_000);
const age = (path: string) => utimesSync(path, HOUR_AGO, HOUR_AGO);
const sweep = () => sweepScratch(new Date(), folder);

function make(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** Listens on a socket in another process, which is killed before it can tidy up. */
async function leaveSocket(path: string): Promise<void> {
  const listen = "require('net').createServer().listen(process.argv[1], () => console.log('up'))";
  const child = spawn(process.execPath, ["-e", listen, join(path, SCRATCH_SOCKET)]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

test("what a killed process left goes: empty, or with a socket that nobody listens on", async () => {
  const empty = make("known-good-aB3dE6");
  const dead = make("known-good-Zz09Qq");
  await leaveSocket(dead);
  expect(existsSync(join(dead, SCRATCH_SOCKET))).toBe(true);
  age(empty);
  age(dead);
  expect((await sweep()).toSorted()).toEqual(["known-good-Zz09Qq", "known-good-aB3dE6"]);
  expect(existsSync(empty)).toBe(false);
  expect(existsSync(dead)).toBe(false);
});

test("a live socket stays, however old", async () => {
  const path = make("known-good-live01");
  const server = createServer().listen(join(path, SCRATCH_SOCKET));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  age(path);
  expect(await sweep()).toEqual([]);
  expect(existsSync(join(path, SCRATCH_SOCKET))).toBe(true);
});

test("a young one stays: it may be just opening", async () => {
  make("known-good-young1");
  expect(await sweep()).toEqual([]);
});

test("what isn't exactly ours stays", async () => {
  const target = make("elsewhere");
  const others = [
    "known-good-lock-aB3dE6",
    "known-good-aB3dE",
    "known-good-aB3dE67",
    "my-known-good",
  ];
  const kept = [target, ...others.map(make)];
  const full = make("known-good-full01");
  writeFileSync(join(full, "notes.txt"), "mine");
  const file = make("known-good-file01");
  writeFileSync(join(file, SCRATCH_SOCKET), "not a socket");
  kept.push(full, file);
  for (const path of kept) age(path);
  symlinkSync(target, join(folder, "known-good-link01"));
  expect(await sweep()).toEqual([]);
  for (const path of kept) expect(existsSync(path)).toBe(true);
});

test("a folder that can't be read is no reason to fail", async () => {
  expect(await sweepScratch(new Date(), join(folder, "nowhere"))).toEqual([]);
});
