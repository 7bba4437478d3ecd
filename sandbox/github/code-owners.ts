import type { Accounts, Person, Team } from "./accounts.ts";

export type Owner = { kind: "person"; person: Person } | { kind: "team"; team: Team };

export type OwnerError = {
  line: number;
  column: number;
  source: string;
  kind: "Invalid pattern" | "Invalid owner" | "Unknown owner";
  suggestion: string | null;
  message: string;
  path: string;
};

type OwnerRule = { expression: RegExp; owners: Owner[] };

/** What a CODEOWNERS file says; the last rule that matches a path counts. */
export type CodeOwners = { path: string; rules: OwnerRule[]; errors: OwnerError[] };

/** Where GitHub looks, in this order; the first that is there counts. */
export const OWNER_PATHS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/** As in .gitignore, but for `!`, `[ ]` and an escaped `#`, which GitHub doesn't know here: null. */
function expressionOf(pattern: string): RegExp | null {
  if (/^!|[[\]]|^\\#/.test(pattern)) return null;
  const anchored = /^\/|\/./.test(pattern);
  const isFolder = pattern.endsWith("/");
  const source = pattern
    .replace(/^\/|\/$/g, "")
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*\*\/|\*\*|\*|\?/g, (sign) => {
      if (sign === "**/") return "(?:.*/)?";
      if (sign === "**") return ".*";
      return sign === "*" ? "[^/]*" : "[^/]";
    });
  // A last `*` names the files of one folder; anything else takes in what is below it.
  const rest = isFolder ? "/.*" : pattern.endsWith("/*") ? "" : "(?:/.*)?";
  return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${source}${rest}$`);
}

function ownerOf(word: string, accounts: Accounts): Owner | "invalid" | "unknown" {
  const [, login, team] = /^@([\w.-]+(?:\[bot\])?)(?:\/([\w.-]+))?$/.exec(word) ?? [];
  if (team) {
    const known = accounts.teams.get(team.toLowerCase());
    return known ? { kind: "team", team: known } : "unknown";
  }
  const isAddress = /^[^@\s]+@[^@\s]+$/.test(word);
  if (!login && !isAddress) return "invalid";
  const person = login ? accounts.find(login) : accounts.byEmail(word);
  return person ? { kind: "person", person } : "unknown";
}

/** Reads a CODEOWNERS file; lines that are wrong are passed over and told, as GitHub does. */
export function parseCodeOwners(text: string, path: string, accounts: Accounts): CodeOwners {
  const rules: OwnerRule[] = [];
  const errors: OwnerError[] = [];
  for (const [index, source] of text.split("\n").entries()) {
    const [pattern, ...words] = source
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/\s+/);
    if (!pattern) continue;
    const fault = (kind: OwnerError["kind"], word: string, suggestion: string | null) => {
      const [line, column] = [index + 1, source.indexOf(word) + 1];
      const pointer = `${source}\n${" ".repeat(column - 1)}^`;
      const message = `${kind} on line ${line}: ${suggestion ?? "see the word at the arrow"}\n\n  ${pointer}`;
      errors.push({ line, column, source, kind, suggestion, message, path });
    };
    const expression = expressionOf(pattern);
    if (!expression) {
      fault("Invalid pattern", pattern, "use a pattern without !, [ ] or an escaped #");
      continue;
    }
    const owners = words.flatMap((word): Owner[] => {
      const owner = ownerOf(word, accounts);
      if (owner === "unknown")
        fault("Unknown owner", word, `make sure ${word} exists and has write access`);
      if (owner === "invalid")
        fault("Invalid owner", word, "name @people, @org/teams or addresses");
      return typeof owner === "string" ? [] : [owner];
    });
    rules.push({ expression, owners });
  }
  return { path, rules, errors };
}

/** Who owns a file; nobody when no rule matches, or the last that does names nobody. */
export function ownersOf(file: CodeOwners, path: string): Owner[] {
  return file.rules.findLast(({ expression }) => expression.test(path))?.owners ?? [];
}

/** Everybody who can approve for an owner. */
export function membersOf(owner: Owner): Person[] {
  return owner.kind === "person" ? [owner.person] : owner.team.members;
}
