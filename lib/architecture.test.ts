import { expect, test } from "vitest";
import { rules } from "./architecture-rules";
import { pathsUnder, readSources, sourceFile } from "./architecture-tree";

const root = process.cwd();
const paths = pathsUnder(root);
const files = readSources(root, paths);

const TOP = new Set(
  `app bench components deploy docs e2e lib prisma public sandbox .ci .github
  .dockerignore .env.example .gitattributes .gitignore .node-version .npmrc .nvmrc
  CHANGELOG.md CONTRIBUTING.md LICENSE NOTICE README.md SECURITY.md
  biome.json instrumentation.ts known-good.example.yaml known-good.yaml next-env.d.ts next.config.ts
  package-lock.json package.json playwright.config.ts postcss.config.mjs tsconfig.json
  tsconfig.tsbuildinfo vitest.config.ts`.split(/\s+/),
);
const LIB = new Set(
  `browser changes contracts evidence freezes holds incidents integrations known-good loose-ends people recovery
  restorations retros rules schemas server services sources`.split(/\s+/),
);
const DRAWERS = /(^|\/)(utils?|helpers?|common|types|hooks|misc|shared|core|constants)(\/|\.tsx?$)/;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const FOLDER = /^(\(?[a-z0-9]+(-[a-z0-9]+)*\)?|\[(\.\.\.)?[a-z][a-zA-Z]*\]|\d{14}_[a-z_]+)$/;

test("the tree is read", () => {
  expect(files.length).toBeGreaterThan(200);
  expect(files.some((file) => file.imports.length > 3)).toBe(true);
});

test("the top of the house holds only what belongs there", () => {
  const tops = new Set(paths.map((path) => path.split("/")[0] ?? ""));
  expect([...tops].filter((name) => !TOP.has(name) && !name.startsWith(".env"))).toEqual([]);
});

test("lib holds the known nouns", () => {
  const folders = paths.filter((path) => /^lib\/[^/]+\/$/.test(path));
  expect(folders.filter((path) => !LIB.has(path.split("/")[1] ?? ""))).toEqual([]);
  const loose = paths.filter((path) => /^lib\/[^/]+$/.test(path));
  expect(loose.filter((path) => !path.startsWith("lib/architecture"))).toEqual([]);
});

test("there are no drawers for odds and ends", () => {
  expect(paths.filter((path) => DRAWERS.test(path))).toEqual([]);
  expect(paths.filter((path) => /(^|\/)index\.tsx?$/.test(path))).toEqual([]);
  expect(paths.filter((path) => /^(middleware|proxy)\.ts$/.test(path))).toEqual([]);
});

test("names are lower-case words with hyphens", () => {
  const ours = /^(app|bench|components|e2e|lib|prisma|sandbox)\//;
  const wrong = paths
    .filter((path) => ours.test(path) && !path.startsWith("sandbox/kubernetes/golden/"))
    .filter((path) => {
      const parts = path.split("/").filter((part) => part !== "");
      const last = parts.at(-1) ?? "";
      return path.endsWith("/")
        ? !FOLDER.test(last)
        : /\.(ts|tsx|css)$/.test(last) && !KEBAB.test(last);
    });
  expect(wrong).toEqual([]);
});

test.each(rules)("$name", ({ sins }) => {
  expect(sins(files)).toEqual([]);
});

/** For each rule, something that breaks it: a rule that catches nothing guards nothing. */
const sinners: Record<string, [path: string, text: string][]> = {
  "contracts know zod and one another": [["lib/contracts/a.ts", 'import "@/lib/rules/b";']],
  "rules know contracts and one another": [["lib/rules/a.ts", 'import { x } from "node:fs";']],
  "rules have no clock, no chance, no network": [["lib/rules/a.ts", "const at = new Date();"]],
  "only stores and the database file know Prisma": [
    ["lib/changes/a.ts", 'import { Prisma } from "@/lib/server/generated/prisma/client";'],
  ],
  "foreign packages stay behind their border": [
    ["lib/changes/a.ts", 'import { Octokit } from "@octokit/rest";'],
  ],
  "integrations know neither the database nor Next nor each other": [
    ["lib/integrations/code/a.ts", 'import { x } from "@/lib/integrations/flags/b";'],
  ],
  "a verb calls no writing verb of another noun": [
    ["lib/incidents/a.ts", 'import { restore } from "@/lib/restorations/restore";'],
  ],
  "components never reach the server": [
    ["components/ui/a.tsx", 'import type { Ctx } from "@/lib/server/context";'],
  ],
  "the product doesn't know the sandbox": [
    ["lib/server/a.ts", 'const x = await import("../../sandbox/shop/b.ts");'],
  ],
  "the sandbox doesn't know the product": [
    ["sandbox/shop/a.ts", 'import { x } from "../../lib/rules/b.ts";'],
  ],
  "nothing goes in circles": [
    ["lib/server/a.ts", 'import { b } from "./b";'],
    ["lib/server/b.ts", 'import { type A, a } from "./a";'],
  ],
  "server files say so": [["lib/server/a.ts", "export const a = 1;"]],
  "every route goes through the one door": [
    ["app/api/a/route.ts", 'import "@/lib/server/route";\nexport async function GET() {}'],
  ],
  "every console page asks who is there": [["app/(console)/a/page.tsx", "export default 1;"]],
  "a page is decided before it streams": [["app/(console)/loading.tsx", "export default 1;"]],
  "no server actions": [["app/a.ts", '"use server";\nexport async function act() {}']],
  "every adapter is in the registry": [
    ["lib/integrations/code/a.ts", "export const a = adapter({});"],
  ],
  "no file is longer than 300 lines": [["lib/server/a.ts", "\n".repeat(301)]],
  "no barrels": [["lib/rules/a.ts", 'export { b } from "./b";']],
  "nothing is put off or silenced": [["lib/rules/a.ts", `// TO${"DO"}: later`]],
};

test.each(rules)("caught: $name", ({ name, sins }) => {
  const sinner = (sinners[name] ?? []).map(([path, text]) => sourceFile(path, text));
  expect(sins(sinner).length).toBeGreaterThan(0);
});

test("types alone may go round", () => {
  const round = [
    sourceFile("lib/server/a.ts", 'import "server-only";\nimport { b } from "./b";'),
    sourceFile("lib/server/b.ts", 'import "server-only";\nimport type { A } from "./a";'),
  ];
  const rule = rules.find(({ name }) => name === "nothing goes in circles");
  expect(rule?.sins(round)).toEqual([]);
});
