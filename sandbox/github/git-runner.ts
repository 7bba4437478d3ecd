/**
 * Runs git for its parent, one message for each run and one answer. Starting a process takes the longer
 * the more memory the one that starts it has: a tenth of a second and more for a program of a gigabyte,
 * a few milliseconds from here. Ends with its parent.
 */
import { execFile } from "node:child_process";
import type { GitRun, GitRunAnswer } from "./run-git.ts";

const MAX_OUTPUT = 64 * 1024 * 1024;

process.on("message", ({ id, args, env, input }: GitRun & { id: number }) => {
  const answer = (outcome: GitRunAnswer) => process.connected && process.send?.({ id, ...outcome });
  const options = { env, maxBuffer: MAX_OUTPUT, encoding: "buffer" as const };
  const child = execFile("git", args, options, (error, stdout, stderr) => {
    if (error && typeof error.code !== "number") {
      const { message, code } = error;
      answer({ failed: { message, ...(code === undefined ? {} : { code: String(code) }) } });
      return;
    }
    answer({ code: error ? Number(error.code) : 0, stdout, stderr: stderr.toString("utf8") });
  });
  // A child that fails early closes its input; its exit status tells the story.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
});
process.on("disconnect", () => process.exit(0));
// Told in a terminal to everybody at once, while the parent may still finish what it writes.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
