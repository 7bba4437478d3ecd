import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

export type Import = { from: string; isType: boolean };
export type SourceFile = {
  /** From the root, with slashes. */
  path: string;
  text: string;
  lines: number;
  /** As written, and resolved: a path without its ending for our own files, else a package. */
  imports: Import[];
};

const NOT_OURS = new Set([
  "node_modules",
  ".git",
  ".next",
  ".data",
  "generated",
  "coverage",
  "test-results",
  "playwright-report",
]);
const CODE = /\.(ts|tsx|mts|mjs|js|css)$/;
const STATEMENT =
  /^\s*(import|export)\s+(type\s+)?(?:([\w*{][^"';]*?)\s+from\s+)?["']([^"'\n]+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"'\n]+)["']/g;

/** Every path of the tree that is ours, folders with a slash at the end. */
export function pathsUnder(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      return entry.isDirectory() ? [`${path}/`, ...pathsUnder(root, path)] : [path];
    });
}

export function readSources(root: string, paths: readonly string[]): SourceFile[] {
  return paths
    .filter((path) => CODE.test(path))
    .map((path) => sourceFile(path, readFileSync(join(root, path), "utf8")));
}

/** A file with its imports, read without a compiler: our formatter leaves one way to write them. */
export function sourceFile(path: string, text: string): SourceFile {
  const imports: Import[] = [];
  for (const [, , type, names, from] of text.matchAll(STATEMENT)) {
    const isType = type !== undefined || namesOnlyTypes(names);
    imports.push({ from: resolved(path, from ?? ""), isType });
  }
  for (const [, from] of text.matchAll(DYNAMIC)) {
    imports.push({ from: resolved(path, from ?? ""), isType: false });
  }
  return { path, text, lines: text.split("\n").length - 1, imports };
}

function namesOnlyTypes(names: string | undefined): boolean {
  const inside = /^\{([^}]*)\}$/.exec(names?.trim() ?? "")?.[1];
  const each = inside?.split(",").filter((name) => name.trim() !== "") ?? [];
  return each.length > 0 && each.every((name) => name.trim().startsWith("type "));
}

function resolved(path: string, from: string): string {
  const bare = from.replace(/\.(ts|tsx)$/, "");
  if (bare.startsWith("@/")) return bare.slice(2);
  if (bare.startsWith(".")) return posix.join(dirname(path), bare);
  return from;
}

/** The name without its ending: how an import names the file. */
export function stem(path: string): string {
  return path.replace(/\.(ts|tsx|mts|mjs|js|css)$/, "");
}

/** Circles of files that import one another by value; types alone may go round. */
export function circles(files: readonly SourceFile[]): string[] {
  const byStem = new Map(files.map((file) => [stem(file.path), file]));
  const state = new Map<string, "open" | "done">();
  const found: string[] = [];
  const visit = (name: string, trail: string[]) => {
    if (state.get(name) === "done") return;
    if (state.get(name) === "open") {
      found.push([...trail.slice(trail.indexOf(name)), name].join(" → "));
      return;
    }
    state.set(name, "open");
    for (const { from, isType } of byStem.get(name)?.imports ?? []) {
      if (!isType && byStem.has(from)) visit(from, [...trail, name]);
    }
    state.set(name, "done");
  };
  for (const name of byStem.keys()) visit(name, []);
  return found;
}
