import { parse } from "yaml";
import type { KubeObject, Tree } from "./kube-client.ts";
import { marked, readManifests } from "./manifests.ts";

export type Chart = { name: string; version: string; values: Tree; templates: File[] };
type File = { path: string; text: string };

/** Reads a chart's files; throws when they are none. */
export function readChart(files: File[]): Chart {
  const ending = (name: string) => files.find(({ path }) => path.endsWith(`/${name}`))?.text;
  const about = parse(ending("Chart.yaml") ?? "") as { name?: string; version?: string } | null;
  if (!about?.name || !about.version) throw new Error("Chart.yaml file is missing");
  return {
    name: about.name,
    version: about.version,
    values: (parse(ending("values.yaml") ?? "") ?? {}) as Tree,
    templates: files.filter(({ path }) => path.includes("/templates/")),
  };
}

/**
 * The objects of a release, marked as Helm marks its own. Templates may say `{{ .Values.a.b }}`,
 * `{{ toJson .Values.a }}`, `{{ .Release.Name }}`, `{{ .Release.Namespace }}` and `{{ .Chart.Version }}`.
 */
export function renderChart(
  chart: Chart,
  release: { name: string; namespace: string; values: Tree },
): KubeObject[] {
  const scope = {
    Values: merged(chart.values, release.values),
    Release: { Name: release.name, Namespace: release.namespace },
    Chart: { Name: chart.name, Version: chart.version },
  };
  const files = chart.templates.map(({ path, text }) => ({
    path,
    text: text.replace(/\{\{-?\s*(toJson\s+)?(\.[\w.]+)\s*-?\}\}/g, (_whole, json, name) => {
      const value = valueAt(scope, name);
      if (value === undefined) throw new Error(`template: ${path}: nil pointer evaluating ${name}`);
      return json ? JSON.stringify(value) : String(value);
    }),
  }));
  return readManifests(files, release.namespace).map((object) =>
    marked(object, {
      labels: { "app.kubernetes.io/managed-by": "Helm" },
      annotations: {
        "meta.helm.sh/release-name": release.name,
        "meta.helm.sh/release-namespace": release.namespace,
      },
    }),
  );
}

function valueAt(scope: unknown, name: string): unknown {
  return name
    .split(".")
    .slice(1)
    .reduce<unknown>(
      (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
      scope,
    );
}

/** Values of a chart with those of a release over them. */
function merged(base: Tree, over: Tree): Tree {
  const all: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = all[key];
    all[key] = isTree(value) && isTree(below) ? merged(below, value) : value;
  }
  return all;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
