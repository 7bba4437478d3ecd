import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SOURCES = [
  "app",
  "components",
  "lib",
  "prisma/schema.prisma",
  "public",
  "instrumentation.ts",
  "next.config.ts",
  "package-lock.json",
  "postcss.config.mjs",
  "tsconfig.json",
];
const STAMP = ".next/built-from";

/**
 * Generates the database client and builds the console, unless what is built was built from exactly
 * these files. Throws with the build's own words when it fails.
 */
export async function buildConsole(root: string, report: (line: string) => void): Promise<void> {
  await run(root, ["prisma/generate.ts"]);
  const hash = hashOf(root);
  const stamp = join(root, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  report("Building the console (about a minute, once) …");
  await run(root, ["node_modules/next/dist/bin/next", "build"]);
  writeFileSync(stamp, hash);
}

function hashOf(root: string): string {
  const hash = createHash("sha256");
  const visit = (path: string) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      if (path.endsWith("/generated")) return;
      for (const name of readdirSync(full).sort()) visit(`${path}/${name}`);
    } else hash.update(path).update(readFileSync(full));
  };
  for (const source of SOURCES) visit(source);
  return hash.digest("hex");
}

function run(root: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const words: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => words.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => words.push(chunk));
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(Buffer.concat(words).toString("utf8").slice(-6_000)));
    });
  });
}
