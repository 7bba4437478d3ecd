/** `node docs/generate.ts`: draws the tables of the documentation from the program's own schemas. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { tablesOf, withTables } from "./tables.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// The program's own files name one another the way its bundler reads them.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") return next("data:text/javascript,", context);
    const base = specifier.startsWith("@/")
      ? join(root, specifier.slice(2))
      : specifier.startsWith(".") && context.parentURL
        ? fileURLToPath(new URL(specifier, context.parentURL))
        : null;
    const file = base && existsSync(`${base}.ts`) ? pathToFileURL(`${base}.ts`).href : specifier;
    return next(file, context);
  },
});

const { adapters } = await import("../lib/integrations/registry.ts");
const { ServiceEntry } = await import("../lib/server/config-schema.ts");
const { DurationText } = await import("../lib/server/durations.ts");
const { envTable } = await import("../lib/server/env.ts");

const tables = tablesOf({
  adapters,
  service: ServiceEntry,
  duration: DurationText,
  environment: envTable(),
});
for (const name of readdirSync(import.meta.dirname).filter((one) => one.endsWith(".md"))) {
  const path = join(import.meta.dirname, name);
  const before = readFileSync(path, "utf8");
  const after = withTables(before, tables);
  if (after === before) continue;
  writeFileSync(path, after);
  console.log(`docs/${name} is new.`);
}
