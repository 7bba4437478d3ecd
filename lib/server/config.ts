import "server-only";
import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import type { Service } from "@/lib/contracts/service";
import type { SourceKind } from "@/lib/contracts/source";
import type { Adapter } from "@/lib/integrations/adapter";
import {
  type ConfigProblem,
  issuesToProblems,
  nearest,
  type Path,
  placeOf,
} from "./config-problems";
import { ConfigFile, serviceOf } from "./config-schema";
import { fillSecrets } from "./config-secrets";

/** A source of the file, its settings parsed by its adapter, secrets filled in. */
export type ConfiguredSource = {
  name: string;
  adapter: Adapter;
  settings: Record<string, unknown>;
};
export type Config = { file: string | null; sources: ConfiguredSource[]; services: Service[] };

/** The configuration file is wrong: every problem with its place, in one readable text. */
export class ConfigError extends Error {
  readonly problems: ConfigProblem[];

  constructor(file: string, problems: ConfigProblem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.map(({ line, column, path, expected }) => {
      const at = path === "" ? "" : `${path}: `;
      return `  ${file}:${line}:${column}  ${at}${expected}`;
    });
    super(`The configuration file can't be used:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = sorted;
  }
}

/**
 * Reads the configuration. With no file named, known-good.yaml is used when it is there; without it
 * there are no sources yet. Throws ConfigError with everything that is wrong, not just the first.
 */
export function loadConfig(
  named: string | undefined,
  env: Record<string, string | undefined>,
  adapters: readonly Adapter[],
): Config {
  const file = named ?? "known-good.yaml";
  let text: string;
  try {
    text = readFileSync(/* turbopackIgnore: true */ file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    if (named === undefined && code === "ENOENT") return { file: null, sources: [], services: [] };
    const expected = `expected a file that can be read (${code})`;
    throw new ConfigError(file, [{ line: 1, column: 1, path: "", expected }]);
  }
  return parseConfig(file, text, env, adapters);
}

export function parseConfig(
  file: string,
  text: string,
  env: Record<string, string | undefined>,
  adapters: readonly Adapter[],
): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { line, column: col, path: "", expected: `expected YAML: ${error.message}` };
    });
    throw new ConfigError(file, problems);
  }
  const found: { path: Path; expected: string }[] = [];
  const raw: unknown = document.toJS() ?? {};
  const parsed = ConfigFile.safeParse(raw);
  const sources = readSources(parsed.success ? parsed.data.sources : sourcesOf(raw), env, adapters);
  found.push(...sources.problems);
  if (parsed.success) found.push(...brokenReferences(parsed.data, sources.kinds));
  else found.push(...issuesToProblems(parsed.error.issues, ConfigFile, []));
  if (!parsed.success || found.length > 0) {
    throw new ConfigError(
      file,
      found.map(({ path, expected }) => ({
        ...placeOf(document, lines, path),
        path: path.map(String).join("."),
        expected,
      })),
    );
  }
  const services = Object.entries(parsed.data.services).map(([name, entry]) =>
    serviceOf(name, entry),
  );
  return { file, sources: sources.sources, services };
}

/** What can be looked at under `sources` although another part of the file is wrong. */
function sourcesOf(raw: unknown): Record<string, unknown> {
  return isRecord(raw) && isRecord(raw.sources) ? raw.sources : {};
}

function readSources(
  entries: Record<string, unknown>,
  env: Record<string, string | undefined>,
  adapters: readonly Adapter[],
) {
  const sources: ConfiguredSource[] = [];
  const kinds = new Map<string, SourceKind | null>();
  const problems: { path: Path; expected: string }[] = [];
  const products = adapters.map((adapter) => adapter.product);
  for (const [name, entry] of Object.entries(entries)) {
    const path = ["sources", name];
    kinds.set(name, null);
    if (!isRecord(entry) || typeof entry.product !== "string") continue;
    const { product, ...given } = entry;
    const adapter = adapters.find((each) => each.product === product);
    if (!adapter) {
      const near = nearest(String(product), products);
      const hint = near ? `; did you mean "${near}"?` : "";
      problems.push({
        path: [...path, "product"],
        expected: `expected one of ${products.join(", ")}${hint}`,
      });
      continue;
    }
    kinds.set(name, adapter.kind);
    const filled = fillSecrets(adapter.settings, given, env);
    problems.push(...filled.problems.map((each) => ({ ...each, path: [...path, ...each.path] })));
    const settings = adapter.settings.strict().safeParse(filled.value);
    if (settings.success) {
      sources.push({ name, adapter, settings: settings.data });
      continue;
    }
    const told = new Set(filled.problems.map((each) => each.path.join(".")));
    const issues = settings.error.issues.filter((issue) => !told.has(issue.path.join(".")));
    problems.push(...issuesToProblems(issues, adapter.settings, path));
  }
  return { sources, kinds, problems };
}

function brokenReferences(file: ConfigFile, kinds: ReadonlyMap<string, SourceKind | null>) {
  const problems: { path: Path; expected: string }[] = [];
  const check = (path: Path, name: string | undefined, kind: SourceKind) => {
    if (name === undefined || kinds.get(name) === null || kinds.get(name) === kind) return;
    const fitting = [...kinds].filter(([, each]) => each === kind).map(([each]) => each);
    const near = nearest(name, fitting);
    const which = fitting.length > 0 ? `one of ${fitting.join(", ")}` : "one, but there is none";
    const hint = near ? `; did you mean "${near}"?` : "";
    problems.push({ path, expected: `expected a source of kind ${kind}: ${which}${hint}` });
  };
  const names = Object.keys(file.services);
  for (const [name, entry] of Object.entries(file.services)) {
    const path = ["services", name];
    entry.deployments.forEach((deployment, index) => {
      check([...path, "deployments", index, "source"], deployment.source, "deploys");
    });
    check([...path, "repository", "source"], entry.repository?.source, "code");
    check([...path, "flags", "source"], entry.flags?.source, "flags");
    check([...path, "signal", "source"], entry.signal?.source, "signals");
    entry.dependsOn.forEach((other, index) => {
      if (names.includes(other) && other !== name) return;
      const near = nearest(other, names);
      const what = other === name ? "another service than itself" : "a service of this file";
      const hint = near && other !== name ? `; did you mean "${near}"?` : "";
      problems.push({ path: [...path, "dependsOn", index], expected: `expected ${what}${hint}` });
    });
  }
  return problems;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
