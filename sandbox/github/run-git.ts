import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** One run of git: its arguments, all of its environment, and what it reads. */
export type GitRun = { args: string[]; env: NodeJS.ProcessEnv; input?: string };

/** What it printed with its exit status, or why it couldn't be run: `code` as Node names errors. */
export type GitRunAnswer =
  | { code: number; stdout: Buffer; stderr: string }
  | { failed: { message: string; code?: string } };

type Waiting = { resolve: (answer: GitRunAnswer) => void; reject: (error: Error) => void };

const PROGRAM = fileURLToPath(new URL("git-runner.ts", import.meta.url));
const waiting = new Map<number, Waiting>();
let runner: ChildProcess | null = null;
let last = 0;

/**
 * Runs git in a small process that is kept for that. It keeps nobody alive: whoever started it may end
 * as soon as nothing is under way.
 */
export function runGit(run: GitRun): Promise<GitRunAnswer> {
  const child = runner ?? start();
  last += 1;
  const id = last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    child.ref();
    child.channel?.ref();
    child.send({ id, ...run }, (error) => {
      if (error) settle(id)?.reject(error);
    });
  });
}

function start(): ChildProcess {
  const child = fork(PROGRAM, {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  runner = child;
  child.on("message", ({ id, ...answer }: GitRunAnswer & { id: number }) => {
    settle(id)?.resolve("failed" in answer ? answer : { ...answer, stdout: asBuffer(answer) });
  });
  const ended = (why: string) => {
    if (runner !== child) return;
    runner = null;
    for (const id of [...waiting.keys()]) settle(id)?.reject(new Error(why));
  };
  child.on("error", (error) => ended(`git can't be run: ${error.message}`));
  child.on("exit", (code, signal) => ended(`What runs git ended: ${signal ?? code}.`));
  return child;
}

/** Between processes a Buffer arrives as the bytes that it is made of. */
function asBuffer({ stdout }: { stdout: Uint8Array }): Buffer {
  return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength);
}

/** Takes one that waits out of the list; with the last one, the runner holds nobody any more. */
function settle(id: number): Waiting | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  if (waiting.size === 0) {
    runner?.unref();
    runner?.channel?.unref();
  }
  return found;
}
