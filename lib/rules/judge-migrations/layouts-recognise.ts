import { programTool } from "./layouts-programs";
import { recogniseSql } from "./layouts-sql";
import { type Recognised, standing } from "./layouts-standing";
import type { MigrationFile, Tool } from "./layouts-words";

/**
 * What stands beside migrations and is none. A name that begins as versions do is never among these: to
 * leave out a migration would call it harmless.
 */
const BESIDE: readonly RegExp[] = [
  // Notes and settings.
  /(^|\/)(readme|license|changelog)(\.(md|txt|rst|adoc))?$/,
  /\.(md|txt|rst|adoc|lock|sum|toml|ini|cfg|conf|mako|csv|map|snap|pyc|pyi|prisma)$/,
  /(^|\/)(\.[^/]*|makefile|dockerfile)$/,
  /(^|\/)(knexfile|data-?source|ormconfig|package|package-lock|tsconfig|drizzle\.config)\.([cm]?[jt]s|json)$/,
  /(^|\/)(__init__|env|conftest|manage|settings)\.py$/,
  // Snapshots of the whole, and lists of what is there.
  /(^|\/)(meta|snapshots?)\/[^/]*\.json$|[_.-]?snapshot\.json$|(^|\/)_journal\.json$/,
  /(^|\/)(schema|structure|seeds?)\.(rb|sql)$|(^|\/)(?![vurb]?\d)[a-z]+_(schema|structure)\.(rb|sql)$/,
  /(^|\/)index\.[cm]?[jt]s$|\.d\.[cm]?ts$|\.(test|spec)\.[cm]?[jt]sx?$/,
  /\.designer\.cs$|modelsnapshot\.cs$/,
];

/** Languages that migrations are written in and that no reader here knows. */
const UNREAD: Record<string, [Tool | null, string]> = {
  java: [null, "a Java program"],
  kt: [null, "a Kotlin program"],
  groovy: [null, "a Groovy program"],
  scala: [null, "a Scala program"],
  go: [null, "a Go program"],
  rs: [null, "a Rust program"],
  php: [null, "a PHP program"],
  cs: ["entity-framework", "a C# program"],
  ex: ["ecto", "an Elixir program"],
  exs: ["ecto", "an Elixir program"],
  hcl: ["atlas", "a schema in HCL"],
  sh: [null, "a shell script"],
  pl: [null, "a Perl program"],
  xml: ["liquibase", "a change log in XML"],
};

/** What a file is among migrations; null when it is none. */
export function recognise(file: MigrationFile, all: readonly MigrationFile[]): Recognised | null {
  const lower = file.path.toLowerCase();
  if (BESIDE.some((pattern) => pattern.test(lower))) return null;
  const extension = extensionOf(file.path);
  if (extension === "sql") return recogniseSql(file, all);
  if (extension === "rb") return program(file, "ruby", "rails");
  if (extension === "py") return program(file, "python", programTool(file));
  if (/^[cm]?[jt]sx?$/.test(extension)) return program(file, "script", programTool(file));
  if (extension === "json" || extension === "yaml" || extension === "yml") return document(file);
  const [tool, what] = UNREAD[extension] ?? [
    null,
    `a file of a kind (${extension || "no ending"})`,
  ];
  if (what.startsWith("a file")) return unreadable(file, tool, `It is ${what} that has no reader.`);
  return unreadable(file, tool, `It is ${what}, which has no reader here.`);
}

function program(
  file: MigrationFile,
  kind: "ruby" | "python" | "script",
  tool: Tool | null,
): Recognised {
  return {
    ...standing(file),
    up: { ...file, tool, kind, dialect: null, why: null },
    down: null,
  };
}

/** JSON and YAML: pgroll's operations, Liquibase's change logs, or something that isn't a migration. */
function document(file: MigrationFile): Recognised | null {
  if (file.content.includes("databaseChangeLog")) {
    const onlyIncludes = file.content.includes("include") && !/changeSet/i.test(file.content);
    if (onlyIncludes) return null;
    return unreadable(
      file,
      "liquibase",
      "It is a change log in JSON or YAML, which has no reader here.",
    );
  }
  if (!file.content.includes("operations"))
    return unreadable(file, null, "It is a document whose migration tool isn't known.");
  return {
    ...standing(file),
    up: { ...file, tool: "pgroll", kind: "pgroll", dialect: "postgresql", why: null },
    down: null,
  };
}

function unreadable(file: MigrationFile, tool: Tool | null, why: string): Recognised | null {
  // A master change log that only lists others changes nothing.
  if (tool === "liquibase" && file.path.endsWith(".xml") && !/<changeSet/i.test(file.content))
    return /<include/i.test(file.content) ? null : unreadableOf(file, tool, why);
  return unreadableOf(file, tool, why);
}

const unreadableOf = (file: MigrationFile, tool: Tool | null, why: string): Recognised => ({
  ...standing(file),
  up: { ...file, tool, kind: "unreadable", dialect: null, why },
  down: null,
});

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}
