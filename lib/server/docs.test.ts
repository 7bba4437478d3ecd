import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { tablesIn, tablesOf, withTables } from "@/docs/tables";
import { AlertGroup } from "@/lib/contracts/alert";
import { DeclareInput } from "@/lib/contracts/incident";
import { adapters } from "@/lib/integrations/registry";
import { readAnnotations } from "@/lib/rules/read-annotations";
import { parseConfig } from "./config";
import { ServiceEntry } from "./config-schema";
import { DurationText } from "./durations";
import { envTable } from "./env";

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = [
  "README.md",
  "deploy/README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const fenced = (text: string, language: string) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(([, name, body]) =>
    name === language && body ? [body] : [],
  );
const connect = read("docs/connect.md");
const yamls = fenced(connect, "yaml");
/** Codes that any adapter may answer. */
const SOURCE_ERRORS = [
  ...read("lib/integrations/source-error.ts").matchAll(/^ {2}\| "([a-z-]+)"/gm),
].map(([, code]) => code ?? "");
const env = Object.fromEntries(
  [...connect.matchAll(/\{ env: ([A-Z_]+) \}/g)].map(([, name]) => [name, "a-secret-for-the-test"]),
);

describe("tables", () => {
  const tables = tablesOf({
    adapters,
    service: ServiceEntry,
    duration: DurationText,
    environment: envTable(),
  });

  test.each(documents)("%s is as docs/generate.ts makes it", (path) => {
    expect(read(path)).toBe(withTables(read(path), tables));
  });

  test("every table has its place", () => {
    const placed = documents.flatMap((path) => tablesIn(read(path)));
    expect(placed.toSorted()).toEqual([...tables.keys()].toSorted());
  });

  test("a table tells default, kind and secret of each field", () => {
    const table = tables.get("service.signal") ?? "";
    expect(table).toContain("| `verifyFor` | text | `3m` |");
    expect(table).toContain("| `query` | text | **required** |");
    expect(tables.get("unleash")).toContain("| `token` | secret: `{ env: NAME }` | **required** |");
    expect(tables.get("github")).toContain("| `timeoutSeconds` | number | `10` |");
  });

  test("a place for a table that isn't there is a mistake", () => {
    expect(() => withTables("<!-- table: nothing -->\n<!-- end -->", tables)).toThrow("nothing");
  });
});

describe("examples", () => {
  const configs = yamls.filter((text) => /^(sources|services):/m.test(text));

  test("there is a whole one and one for each other way to connect", () => {
    expect(configs).toHaveLength(3);
  });

  test.each(configs)("loads: %#", (text) => {
    const config = parseConfig("known-good.yaml", text, env, adapters);
    expect(config.sources.length).toBeGreaterThan(0);
  });

  test("the README's example loads", () => {
    const [text = ""] = fenced(read("README.md"), "yaml");
    const { sources, services } = parseConfig("known-good.yaml", text, env, adapters);
    expect([sources.length, services.length]).toEqual([4, 1]);
  });

  test("the whole one connects every product and says everything of a service", () => {
    const config = parseConfig("known-good.yaml", configs[0] ?? "", env, adapters);
    const products = config.sources.map(({ adapter }) => adapter.product);
    expect(products.toSorted()).toEqual(adapters.map(({ product }) => product).toSorted());
    const [checkout] = config.services;
    expect(Object.keys(parse(configs[0] ?? "").services.checkout)).toEqual(
      Object.keys(ServiceEntry.shape),
    );
    expect(checkout?.signal).toMatchObject({ threshold: 0.02, verifyForSeconds: 180 });
  });

  test("the annotated Deployment declares a service", () => {
    const text = yamls.find((one) => one.includes("known-good.dev/service"));
    const { metadata } = z
      .object({
        metadata: z.object({
          name: z.string(),
          namespace: z.string(),
          annotations: z.record(z.string(), z.string()),
        }),
      })
      .parse(parse(text ?? ""));
    const service = readAnnotations(
      { source: "cluster", ...metadata },
      { code: "github", flags: "unleash", signals: "prometheus" },
    );
    expect(service).toMatchObject({
      name: "search",
      repository: { paths: ["services/search/", "lib/query/"], branch: "main" },
      flags: { environment: "production" },
      signal: { threshold: 5, unit: "count", harmWhen: "above", verifyForSeconds: 180 },
      dependsOn: ["catalog"],
    });
  });

  test("every annotation that is read is documented", () => {
    const source = read("lib/rules/read-annotations.ts");
    const keys = [...source.matchAll(/(?:read|list)\("([a-z-]+)"\)/g)].map(([, key]) => key ?? "");
    const documented = connect.slice(connect.indexOf("| Annotation"));
    expect(new Set(keys).size).toBeGreaterThan(15);
    expect(keys.filter((key) => !documented.includes(`\`${key}\``))).toEqual([]);
  });

  test("the body of the curl example is taken", () => {
    const body = /--json '(.*)'/.exec(connect)?.[1] ?? "";
    expect(DeclareInput.parse(JSON.parse(body)).severity).toBe(2);
  });

  test("the receiver of alerts asks for what the webhook needs", () => {
    const text = yamls.find((one) => one.includes("webhook_configs")) ?? "";
    const [webhook] = parse(text).receivers[0].webhook_configs;
    const path = new URL(webhook.url).pathname;
    expect(existsSync(join(root, "app", path, "route.ts"))).toBe(true);
    expect(webhook.http_config.authorization.type).toBe("Bearer");
    expect(Object.keys(AlertGroup.shape)).toContain("groupKey");
  });
});

test.each(documents)("links of %s lead somewhere", (path) => {
  const text = read(path);
  const links = [...text.matchAll(/\]\(([^)#]+)(#[^)]*)?\)|(?:src|srcset)="([^"]+)"/g)]
    .map(([, link, , source]) => link ?? source ?? "")
    .filter((link) => !/^https?:/.test(link));
  expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});

test("the tests that show failure modes are there, and no number is left out", () => {
  const text = read("docs/failure-modes.md");
  const paths = [...text.matchAll(/`((?:lib|e2e|components)\/[^`]+)`/g)].map(
    ([, path]) => path ?? "",
  );
  expect(paths.length).toBeGreaterThan(60);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const rows = [...text.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, cell]) => cell?.split(", "));
  const told = [...text.matchAll(/^- \*\*(\d+)\*\*/gm)].map(([, number]) => number);
  const all = Array.from({ length: 25 }, (_, index) => String(index + 1));
  expect(all.filter((number) => !rows.includes(number) && !told.includes(number))).toEqual([]);
});

test("the README is short", () => {
  expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(120);
});

describe("refusals", () => {
  /** Files of the program itself: what is written in them can be met by a user. */
  const sources = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => !/(\.test|\.contract)\.ts$|generated|evaluation|\/test-/.test(name))
    .map((name) => read(join("lib", name)));
  const all = (pattern: RegExp) =>
    sources.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code ?? ""));
  /** Blockers and failures; a warning says whether it is `unsafe`, and stands in nobody's way. */
  const obstacles = sources.flatMap((text) =>
    text.split(/(?=\bcode: ")/).flatMap((part) => {
      const code = /^code: "([a-z-]+)"/.exec(part)?.[1];
      const object = part.slice(0, 600).split("\n}")[0] ?? "";
      return code === undefined || /\bunsafe\b/.test(object) ? [] : [code];
    }),
  );
  const thrown = all(/new Refusal\(\s*"([a-z-]+)"/g);
  const named = all(/\b(?:CODE = |blocker\(\s*|nothingToPull\([^,()]+,\s*)"([a-z-]+)"/g);
  const inTables = [...read("docs/refusals.md").matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? "").matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? ""),
  );

  test("each that a user can meet is in docs/refusals.md, with who can lift it", () => {
    expect(new Set(thrown).size).toBeGreaterThan(50);
    expect(new Set(obstacles).size).toBeGreaterThan(40);
    expect(SOURCE_ERRORS).toContain("rate-limited");
    expect(named).toEqual(
      expect.arrayContaining(["culprit", "policy", "frozen", "gone", "no-answer-yet"]),
    );
    const asked = [...thrown, ...obstacles, ...named, ...SOURCE_ERRORS];
    // Of a schema's own: it becomes `invalid-input`.
    const missing = asked.filter((code) => code !== "custom" && !inTables.includes(code));
    expect([...new Set(missing)]).toEqual([]);
  });

  test("none is there that nobody says any more", () => {
    const texts = sources.join("\n");
    expect(inTables.filter((code) => !texts.includes(`"${code}"`))).toEqual([]);
  });

  test("every row says who", () => {
    const rows = [...read("docs/refusals.md").matchAll(/^\| `.+$/gm)].map(([row]) => row);
    const cells = rows.map((row) => row.split(" | ").at(-1)?.replace(/ ?\|$/, "").trim() ?? "");
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((_, index) => (cells[index] ?? "").length < 3)).toEqual([]);
  });
});
