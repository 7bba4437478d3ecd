import type { GitHubClient } from "./github-client";
import { filesAt } from "./github-files";

/** Where GitHub looks, in this order; the first that is there counts. */
const PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

type OwnerRule = { matches: RegExp; owners: string[] };

/** A pattern as .gitignore knows them, without what GitHub leaves out here (`!`, `[ ]`, `\#`): null. */
function expressionOf(pattern: string): RegExp | null {
  if (/^!|[[\]]|^\\#/.test(pattern)) return null;
  // A slash anywhere but at the end ties the pattern to the root.
  const isRooted = pattern.slice(0, -1).includes("/");
  const inner = pattern.replace(/^\//, "").replace(/\/$/, "");
  const source = inner
    .split(/(\*\*\/|\/\*\*|\*\*|\*|\?)/)
    .map((part) => {
      if (part === "**/") return "(?:.*/)?";
      if (part === "/**") return "/.*";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      if (part === "?") return "[^/]";
      return part.replace(/[.+^${}()|\\]/g, "\\$&");
    })
    .join("");
  const below = pattern.endsWith("/") ? "/.+" : /\/\*$/.test(pattern) ? "" : "(?:/.+)?";
  return new RegExp(`^${isRooted ? "" : "(?:.*/)?"}${source}${below}$`);
}

/** Reads a CODEOWNERS file's rules: people as "@ann", teams as "@org/team". Wrong lines are passed over. */
export function parseOwners(text: string): OwnerRule[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [pattern, ...words] = line
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    const matches = pattern ? expressionOf(pattern) : null;
    // Addresses can't be asked by name.
    const owners = words.filter((word) => /^@[\w.-]+(\/[\w.-]+)?$/.test(word));
    return matches ? [{ matches, owners }] : [];
  });
}

/** Owners of these files, each once; of the rules that match a file the last one counts. */
export function ownersOf(rules: OwnerRule[], paths: readonly string[]): string[] {
  const owners = paths.flatMap(
    (path) => rules.findLast(({ matches }) => matches.test(path))?.owners ?? [],
  );
  return [...new Set(owners)];
}

/** Who owns these files by the branch's CODEOWNERS; nobody when it has none. Throws SourceError. */
export async function readOwners(
  client: GitHubClient,
  repository: string,
  branch: string,
  paths: readonly string[],
): Promise<string[]> {
  const files = await filesAt(client, repository, branch, PATHS);
  const first = PATHS.map((path) => files.find((file) => file.path === path)).find(Boolean);
  return first?.content ? ownersOf(parseOwners(first.content), paths) : [];
}
