import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const empty = pathToFileURL(join(root, "lib/server/empty-module.ts")).href;

/** Lets plain node run the product's files: "@/" is the root, endings may be left out. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "server-only") return next(empty, context);
    const path = pathOf(specifier, context.parentURL);
    if (path === null) return next(specifier, context);
    for (const ending of ["", ".ts"]) {
      if (ending === "" && !/\.\w+$/.test(path)) continue;
      if (existsSync(path + ending)) return next(pathToFileURL(path + ending).href, context);
    }
    return next(specifier, context);
  },
});

function pathOf(specifier, parentURL) {
  if (specifier.startsWith("@/")) return join(root, specifier.slice(2));
  const isOurs = parentURL?.startsWith("file:") && !parentURL.includes("/node_modules/");
  if (!specifier.startsWith(".") || !isOurs) return null;
  return join(dirname(fileURLToPath(parentURL)), specifier);
}
