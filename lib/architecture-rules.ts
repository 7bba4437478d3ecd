import { circles, type Import, type SourceFile, stem } from "./architecture-tree";

/** A rule names the files that break it, each with its reason. */
export type Rule = { name: string; sins: (files: readonly SourceFile[]) => string[] };

const isTest = (path: string) =>
  /\.test\.tsx?$|\.contract\.ts$|^lib\/architecture-|^lib\/server\/test-|^vitest\.config/.test(
    path,
  );
const isProduct = (path: string) =>
  /^(app|components|lib)\/|^(instrumentation|next\.config)\.ts$/.test(path) && !isTest(path);
const isIn = (path: string, folder: string) => path.startsWith(`${folder}/`);
const nounOf = (path: string) =>
  /^lib\/(?!contracts|rules|integrations|server|browser)([a-z-]+)\//.exec(path)?.[1] ?? null;

/** A rule about single imports: gives the reason why one is wrong, or null. */
function aboutImports(
  name: string,
  applies: (path: string) => boolean,
  reason: (from: string, file: SourceFile, one: Import) => string | null,
): Rule {
  return {
    name,
    sins: (files) =>
      files
        .filter((file) => applies(file.path))
        .flatMap((file) =>
          file.imports.flatMap((one) => {
            const why = reason(one.from, file, one);
            return why === null ? [] : [`${file.path} imports ${one.from}: ${why}`];
          }),
        ),
  };
}

function aboutText(name: string, applies: (path: string) => boolean, what: RegExp): Rule {
  return {
    name,
    sins: (files) =>
      files
        .filter((file) => applies(file.path))
        .flatMap((file) => {
          const hit = what.exec(file.text);
          return hit ? [`${file.path}: ${hit[0].trim()}`] : [];
        }),
  };
}

/** Packages without clock, chance, files or network; parsers read nothing but their own grammar. */
const PURE =
  /^(zod|node-diff3|simple-statistics|libpg-query|@guanmingchiu\/sqlparser-ts|@ruby\/prism|@lezer\/(common|python)|@babel\/(parser|types)|yaml)$/;

/** Which files may use a foreign package, so that its shapes stay behind one border. */
const BORDERS: [RegExp, RegExp][] = [
  [/^@kubernetes\/client-node$/, /^lib\/integrations\/deploys\/kubernetes/],
  [/^@octokit\//, /^lib\/integrations\/code\/github/],
  [/^next-auth/, /^lib\/(server\/auth|people\/auth-adapter)\.ts$/],
  [/^(pg|@electric-sql\/.*|@prisma\/.*)$/, /^lib\/server\/(db|migrate)\.ts$|^prisma\//],
  [/^pino$/, /^lib\/server\/log\.ts$/],
  [/^(react|react-dom)$/, /^(app|components)\/|^lib\/(browser\/|server\/page\.ts$)/],
  [/^@tanstack\//, /^(app|components)\/|^lib\/browser\//],
  [
    /^(libpg-query|@guanmingchiu\/|@ruby\/|@lezer\/|@babel\/)/,
    /^lib\/rules\/judge-migrations\/|^next\.config/,
  ],
];

const READS = /^(list|get|read|gather|open|find)-|(^|-)store$/;

export const rules: Rule[] = [
  aboutImports(
    "contracts know zod and one another",
    (path) => isIn(path, "lib/contracts") && !isTest(path),
    (from) => (from === "zod" || isIn(from, "lib/contracts") ? null : "words depend on nothing"),
  ),
  aboutImports(
    "rules know contracts and one another",
    (path) => isIn(path, "lib/rules") && !isTest(path),
    (from) =>
      isIn(from, "lib/contracts") || isIn(from, "lib/rules") || PURE.test(from)
        ? null
        : "judgement is pure",
  ),
  aboutText(
    "rules have no clock, no chance, no network",
    (path) => isIn(path, "lib/rules") && !isTest(path),
    /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bprocess\.|\bset(Timeout|Interval)\(/,
  ),
  aboutImports(
    "only stores and the database file know Prisma",
    isProduct,
    (from, { path }, { isType }) =>
      from.includes("generated/prisma") &&
      !/(^|[/-])store\.ts$|^lib\/server\/db\.ts$/.test(path) &&
      !(isType && isIn(path, "lib/server"))
        ? "queries live in a noun's store"
        : null,
  ),
  aboutImports("foreign packages stay behind their border", isProduct, (from, { path }) => {
    const border = BORDERS.find(([name]) => name.test(from));
    return border && !border[1].test(path) ? `belongs to ${border[1].source}` : null;
  }),
  aboutImports(
    "integrations know neither the database nor Next nor each other",
    (path) => isIn(path, "lib/integrations") && !isTest(path),
    (from, { path }) => {
      if (/^next(\/|$)|^server-only$/.test(from)) return "an adapter runs anywhere";
      if (isIn(from, "lib/server") || nounOf(`${from}.ts`)) return "an adapter returns data";
      const folder = /^lib\/integrations\/([a-z]+)\//;
      const own = folder.exec(path)?.[1];
      const other = folder.exec(from)?.[1];
      return own && other && own !== other ? "adapters don't know each other" : null;
    },
  ),
  aboutImports(
    "a verb calls no writing verb of another noun",
    // Collectors are where what was seen outside is handed to the nouns that record it.
    (path) => nounOf(path) !== null && !isIn(path, "lib/sources") && !isTest(path),
    (from, { path }) => {
      const other = nounOf(`${from}.ts`);
      if (other === null || other === nounOf(path)) return null;
      return READS.test(from.split("/").at(-1) ?? "")
        ? null
        : "two writes are one verb that owns both";
    },
  ),
  aboutImports(
    "components never reach the server",
    (path) => (isIn(path, "components") || isIn(path, "lib/browser")) && !isTest(path),
    (from) =>
      isIn(from, "lib/server") || isIn(from, "lib/integrations") || nounOf(`${from}.ts`)
        ? "the browser asks over HTTP"
        : null,
  ),
  aboutImports("the product doesn't know the sandbox", isProduct, (from) =>
    /^(sandbox|e2e|bench)\//.test(from) ? "it must not know that it is in a small world" : null,
  ),
  aboutImports(
    "the sandbox doesn't know the product",
    (path) => isIn(path, "sandbox") && !isTest(path),
    (from) => (/^(app|components|lib)\//.test(from) ? "it speaks the wire, nothing else" : null),
  ),
  {
    name: "nothing goes in circles",
    sins: (files) => circles(files.filter((f) => isProduct(f.path))),
  },
  {
    name: "server files say so",
    sins: (files) =>
      files
        .filter(({ path }) => isIn(path, "lib/server") || nounOf(path) !== null)
        .filter(({ path }) => !isTest(path) && !path.endsWith("/empty-module.ts"))
        .filter(({ imports }) => !imports.some(({ from }) => from === "server-only"))
        .map(({ path }) => `${path} lacks import "server-only"`),
  },
  {
    name: "every route goes through the one door",
    sins: (files) =>
      files
        .filter(({ path }) => /^app\/.*\/route\.ts$/.test(path))
        .flatMap(({ path, text, imports }) => {
          const isAtDoor = imports.some(({ from }) => from === "lib/server/route");
          const made = text.matchAll(/^(?:export )?const (\w+) = (\w+)\(/gm);
          const verbs = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|handle)$/;
          const others = [...made].filter(
            ([, name, maker]) =>
              verbs.test(name ?? "") && !/^(route|statusRoute)$/.test(maker ?? ""),
          );
          const bare = /export (async )?function/.test(text);
          return !isAtDoor || bare || others.length > 0 ? [`${path} must export route(…)`] : [];
        }),
  },
  {
    name: "every console page asks who is there",
    sins: (files) =>
      files
        .filter(({ path }) => /^app\/\((console|paper)\)\/.*page\.tsx$/.test(path))
        .filter(({ text }) => !/await pageContext\("(viewer|responder|admin)"\)/.test(text))
        .map(({ path }) => `${path} must await pageContext(role)`),
  },
  aboutText(
    "a page is decided before it streams",
    (path) => /^app\/(.*\/)?loading\.tsx$/.test(path),
    /[\s\S]/,
  ),
  aboutText("no server actions", isProduct, /^\s*["']use (server|cache)["']/m),
  {
    name: "every adapter is in the registry",
    sins: (files) => {
      const registry = files.find(({ path }) => path === "lib/integrations/registry.ts");
      const listed = new Set(registry?.imports.map(({ from }) => from));
      return files
        .filter(({ path, text }) => isIn(path, "lib/integrations") && /= adapter\(/.test(text))
        .filter(({ path }) => !isTest(path) && !listed.has(stem(path)))
        .map(({ path }) => `${path} is not in lib/integrations/registry.ts`);
    },
  },
  {
    name: "no file is longer than 300 lines",
    sins: (files) =>
      files.filter((f) => f.lines > 300).map(({ path, lines }) => `${path} has ${lines} lines`),
  },
  aboutText(
    "no barrels",
    (path) => !path.endsWith("/route.ts"),
    /^export (\*|\{[^}]*\}) from .*$/m,
  ),
  aboutText(
    "nothing is put off or silenced",
    (path) => !path.startsWith("lib/architecture"),
    /\b(TODO|FIXME|XXX)\b|@ts-(ignore|expect-error|nocheck)|biome-ignore|\b(test|it|describe)\.only\(/,
  ),
];
