import type { PodTemplate } from "@/lib/contracts/pod-template";
import { imageChange } from "./compare-images";
import { isNamedByContent } from "./config-changes";
import { looksSecret, MASK, shown, shownArguments } from "./mask-template";

type Tree = Record<string, unknown>;

const OWN_FIELDS = new Set(["key", "secretName", "automountServiceAccountToken", "runAsNonRoot"]);

/** Written by tools about a delivery, not part of what is delivered. */
const IGNORED_ANNOTATION =
  /^(kubernetes\.io\/change-cause|deployment\.kubernetes\.io\/.*|known-good\.dev\/.*)$/;
const LONGEST = 120;

/**
 * What differs between two Pod templates, one sentence a field: "env TIMEOUT_MS 500 → 5000", "memory
 * limit 512Mi → 256Mi". Secret-looking values are masked. Empty when they are the same release.
 */
export function compareTemplates(before: PodTemplate, after: PodTemplate): string[] {
  const several = Math.max(containersOf(before).length, containersOf(after).length) > 1;
  const lines = [
    ...compareContainers(before, after, "containers", several),
    ...compareContainers(before, after, "initContainers", true),
    ...compareMaps(
      before.metadata?.labels,
      after.metadata?.labels,
      "label",
      (key) => key === "pod-template-hash",
    ),
    ...compareMaps(before.metadata?.annotations, after.metadata?.annotations, "annotation", (key) =>
      IGNORED_ANNOTATION.test(key),
    ),
    ...compareRest(before.spec, after.spec, ["containers", "initContainers"], ""),
  ];
  return lines.map((line) => (line.length > 300 ? `${line.slice(0, 299)}…` : line));
}

function compareContainers(
  before: PodTemplate,
  after: PodTemplate,
  field: "containers" | "initContainers",
  several: boolean,
): string[] {
  const kind = field === "containers" ? "container" : "init container";
  return pairs(itemsOf(before.spec[field]), itemsOf(after.spec[field])).flatMap(
    ([name, was, is]) => {
      if (!was) return [`${kind} ${name} added (${imageOf(is)})`];
      if (!is) return [`${kind} ${name} removed (${imageOf(was)})`];
      const lines = compareContainer(was, is);
      return several
        ? lines.map((line) => (line.startsWith("image ") ? line : `${line} (${kind} ${name})`))
        : lines;
    },
  );
}

const OWN_WORDS = ["name", "image", "env", "envFrom", "resources", "command", "args"];

function compareContainer(was: Tree, is: Tree): string[] {
  const lines: string[] = [];
  if (was.image !== is.image) lines.push(imageChange(String(is.name), imageOf(was), imageOf(is)));
  for (const [name, a, b] of pairs(itemsOf(was.env), itemsOf(is.env))) {
    lines.push(...change(`env ${name}`, a && envValue(name, a), b && envValue(name, b), a, b));
  }
  for (const [source, a, b] of pairs(sourcesOf(was.envFrom), sourcesOf(is.envFrom))) {
    if (!a) lines.push(`variables from ${source} added`);
    else if (!b) lines.push(`variables from ${source} removed`);
    else lines.push(...compareSources(`variables from ${source}`, a, b));
  }
  lines.push(...compareResources(tree(was.resources), tree(is.resources)));
  for (const field of ["command", "args"]) {
    const a = textList(was[field]);
    const b = textList(is[field]);
    lines.push(...change(field, commandLine(a), commandLine(b), a, b));
  }
  return [...lines, ...compareRest(was, is, OWN_WORDS, "")];
}

function compareSources(what: string, was: Tree, is: Tree): string[] {
  const other = compareRest(was, is, ["configMapRef", "secretRef"], what);
  return [...compareRest(referred(was), referred(is), [], what), ...other];
}

function compareResources(was: Tree, is: Tree): string[] {
  const one = (kind: "limits" | "requests", word: string) =>
    pairs(Object.entries(tree(was[kind])), Object.entries(tree(is[kind]))).flatMap(
      ([resource, a, b]) => change(`${resource} ${word}`, plain("", a), plain("", b), a, b),
    );
  const rest = compareRest(was, is, ["limits", "requests"], "resources");
  return [...one("limits", "limit"), ...one("requests", "request"), ...rest];
}

function compareMaps(
  was: Record<string, string> = {},
  is: Record<string, string> = {},
  word: string,
  isIgnored: (key: string) => boolean,
): string[] {
  return pairs(Object.entries(was), Object.entries(is))
    .filter(([key]) => !isIgnored(key))
    .flatMap(([key, a, b]) => {
      const words = (value?: string) => value && cut(shown(key, value));
      return change(`${word} ${key}`, words(a), words(b), a, b);
    });
}

/** Everything without words of its own: field by field, lists by what names their items. */
function compareRest(was: Tree, is: Tree, except: string[], path: string): string[] {
  return pairs(Object.entries(was), Object.entries(is))
    .filter(([key]) => !except.includes(key))
    .flatMap(([key, a, b]) => compareValue(`${path} ${spoken(key)}`.trim(), key, a, b));
}

function compareValue(path: string, key: string, was: unknown, is: unknown): string[] {
  if (same(was, is)) return [];
  const lists = [was, is].filter(Array.isArray).flat();
  if (lists.length > 0 && lists.every((one) => keyOf(one) !== null)) {
    return pairs(itemsOf(was), itemsOf(is)).flatMap(([name, a, b]) =>
      a && b
        ? compareValue(`${path.replace(/s$/, "")} ${name}`, key, a, b)
        : change(
            `${path.replace(/s$/, "")} ${name}`,
            plain("", a && nameless(a)),
            plain("", b && nameless(b)),
            a,
            b,
          ),
    );
  }
  if (lists.length === 0 && isTree(was) && isTree(is)) {
    // A named value, such as a probe's header.
    if (typeof was.value === "string" && typeof is.value === "string" && was.name === is.name) {
      const name = String(was.name);
      return change(path, plain(name, was.value), plain(name, is.value), was.value, is.value);
    }
    return compareRest(was, is, [], path);
  }
  return change(path, plain(key, was), plain(key, is), was, is);
}

/** One sentence for one field. `a` and `b` decide whether it changed, their words what is shown. */
function change(
  what: string,
  was: string | undefined,
  is: string | undefined,
  a: unknown,
  b: unknown,
): string[] {
  if (same(a, b)) return [];
  if (a === undefined || a === null) return [is ? `${what} added: ${is}` : `${what} added`];
  if (b === undefined || b === null)
    return [was ? `${what} removed (was ${was})` : `${what} removed`];
  if (was === is) return [`${what} changed (${was === MASK ? "value hidden" : "long value"})`];
  return [`${what} ${was} → ${is}`];
}

function envValue(name: string, variable: Tree): string {
  const from = tree(variable.valueFrom);
  const reference = (field: string, word: string) => {
    const { name: object, key } = tree(from[field]);
    return from[field] ? `${word} ${String(object)} key ${String(key)}` : null;
  };
  const field = tree(from.fieldRef).fieldPath ?? tree(from.resourceFieldRef).resource;
  return (
    reference("configMapKeyRef", "from config map") ??
    reference("secretKeyRef", "from secret") ??
    (field ? `from ${String(field)}` : cut(shown(name, String(variable.value ?? "")) || '""'))
  );
}

/** A value in few words; whatever may hide a secret inside is masked as a whole. */
function plain(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return cut(shown(judged(name), value) || '""');
  if (typeof value !== "object") return String(value);
  const list = textList(value);
  if (list) return commandLine(list);
  const leaves = leavesOf(value, "", "");
  const hides = leaves.some((one) => looksSecret(judged(one.name), one.text));
  return hides ? MASK : cut(leaves.map((one) => `${one.words} ${one.text}`.trim()).join(", "));
}

type Leaf = { name: string; words: string; text: string };

function leavesOf(value: unknown, name: string, words: string): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, name, words));
  if (!isTree(value)) return [{ name, words, text: String(value) }];
  const own = typeof value.name === "string" && "value" in value ? value.name : null;
  return Object.entries(value).flatMap(([key, one]) =>
    leavesOf(one, own !== null && key === "value" ? own : key, `${words} ${spoken(key)}`.trim()),
  );
}

/** The template's own field names say nothing about what is inside, however they sound. */
function judged(name: string): string {
  return OWN_FIELDS.has(name) ? "" : name;
}

const referred = (from: Tree) => tree(from.configMapRef ?? from.secretRef);

/** By name, without the hash of the content that Kustomize ends it with. */
function sourcesOf(value: unknown): [string, Tree][] {
  return (Array.isArray(value) ? value : []).map((one: unknown) => {
    const from = tree(one);
    const name = String(referred(from).name);
    const kind = from.configMapRef ? "config map" : "secret";
    return [`${kind} ${isNamedByContent(name) ? name.slice(0, -11) : name}`, from];
  });
}

/** Both sides' items under their names: those of `was` first, in order. */
function pairs<T>(was: [string, T][], is: [string, T][]): [string, T | undefined, T | undefined][] {
  const [a, b] = [new Map(was), new Map(is)];
  return [...new Set([...a.keys(), ...b.keys()])].map((key) => [key, a.get(key), b.get(key)]);
}

function itemsOf(value: unknown): [string, Tree][] {
  return (Array.isArray(value) ? value : []).map((one: unknown, index) => [
    keyOf(one) ?? String(index),
    tree(one),
  ]);
}

/** What names an item of a list. */
export function keyOf(value: unknown): string | null {
  const item = tree(value);
  const name = item.mountPath ?? item.name ?? item.ip;
  if (name !== undefined) return String(name);
  return item.containerPort ? `${item.containerPort}/${String(item.protocol ?? "TCP")}` : null;
}

/** An item without what names it already. */
function nameless(item: Tree): Tree {
  // The name of a value decides whether the value may be shown.
  if ("value" in item) return item;
  const { name, mountPath, containerPort: _port, ...rest } = item;
  return mountPath === undefined ? rest : { name, ...rest };
}

function containersOf({ spec }: PodTemplate): unknown[] {
  return Array.isArray(spec.containers) ? spec.containers : [];
}

function imageOf(container: Tree | undefined): string {
  return String(container?.image ?? "no image");
}

function textList(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
}

function commandLine(list: string[] | undefined): string | undefined {
  return list && cut(shownArguments(list).join(" "));
}

/** readinessProbe → readiness probe */
function spoken(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((one, i) => same(one, b[i]))
    );
  }
  if (!isTree(a) || !isTree(b)) return (a ?? null) === (b ?? null);
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

function tree(value: unknown): Tree {
  return isTree(value) ? value : {};
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
