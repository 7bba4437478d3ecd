import type { MergedFile } from "@/lib/contracts/change";
import type { Warning } from "@/lib/contracts/lever";

const KINDS: { code: string; unsafe: boolean; path: RegExp; says: (files: string) => string }[] = [
  {
    code: "reverts-migration",
    unsafe: true,
    path: /(^|\/)(migrations?|migrate|alembic|flyway|liquibase)\/|\.sql$/i,
    says: (files) =>
      `The revert also takes back ${files}. A migration that has run stays in the database, and its file goes missing for the next run.`,
  },
  {
    code: "reverts-configuration",
    unsafe: false,
    path: /(^|\/)(k8s|kubernetes|helm|charts?|kustomize|manifests|deploy|config|terraform|flags?)\/|(^|\/)(\.env[^/]*|values[^/]*\.ya?ml|Dockerfile[^/]*|[^/]+\.(tf|toml|properties))$/i,
    says: (files) => `The revert also takes back configuration: ${files}.`,
  },
  {
    code: "reverts-lockfile",
    unsafe: false,
    path: /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Gemfile\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|go\.sum|composer\.lock|gradle\.lockfile|packages\.lock\.json)$/,
    says: (files) => `The revert also changes dependencies: ${files}.`,
  },
];

/** "a, b and 3 more" */
export function named(paths: string[]): string {
  if (paths.length <= 3)
    return paths.length < 2
      ? paths.join("")
      : `${paths.slice(0, -1).join(", ")} and ${paths.at(-1)}`;
  return `${paths.slice(0, 2).join(", ")} and ${paths.length - 2} more`;
}

/** What a revert would take back besides code: migrations (`unsafe`), configuration, dependencies. */
export function revertWarnings(files: readonly MergedFile[]): Warning[] {
  let rest = files.map((file) => file.path);
  return KINDS.flatMap(({ code, unsafe, path, says }) => {
    const matching = rest.filter((name) => path.test(name));
    // A file counts once, as what matters most about it.
    rest = rest.filter((name) => !path.test(name));
    return matching.length > 0 ? [{ code, unsafe, sentence: says(named(matching)) }] : [];
  });
}
