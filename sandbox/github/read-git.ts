import { runGit } from "./run-git.ts";

/** What git prints about the repository in a folder. Throws what git said when it fails. */
export async function readGit(dir: string, args: string[]): Promise<string> {
  const answer = await runGit({ args: ["-C", dir, ...args], env: process.env });
  if ("failed" in answer) throw new Error(answer.failed.message);
  const { code, stdout, stderr } = answer;
  if (code !== 0) throw new Error(`git ${args.join(" ")} failed (${code}): ${stderr.trim()}`);
  return stdout.toString("utf8");
}
