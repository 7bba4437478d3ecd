/**
 * Lets Node read the product's own modules as the bundler does: "@/lib/rules/say" and "./say" name the
 * file say.ts. Import it before the first module of lib is imported.
 */
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    const isAlias = specifier.startsWith("@/");
    const isBeside =
      /^\.\.?\//.test(specifier) && context.parentURL?.includes("/node_modules/") === false;
    if (!isAlias && !isBeside) return next(specifier, context);
    const url = isAlias ? new URL(specifier.slice(2), ROOT) : new URL(specifier, context.parentURL);
    const source = new URL(`${url.href}.ts`);
    return next(existsSync(fileURLToPath(source)) ? source.href : specifier, context);
  },
});
