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
    const isOurs = specifier.startsWith("@/");
    if (!isOurs && !/^\.\.?\//.test(specifier)) return next(specifier, context);
    const url = isOurs
      ? new URL(specifier.slice(2), ROOT)
      : new URL(specifier, context.parentURL ?? ROOT);
    const source = new URL(`${url.href}.ts`);
    return next(existsSync(fileURLToPath(source)) ? source.href : url.href, context);
  },
});
