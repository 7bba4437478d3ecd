import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { Pool, type PoolConfig } from "pg";
import * as z from "zod";

type EngineClass = {
  new: (
    options: { datamodels: [string, string][] },
    log: (line: string) => void,
    adapter: unknown,
  ) => Promise<{ diff(params: unknown): Promise<unknown>; free(): void }>;
};

/**
 * The SQL that makes what a Prisma schema describes, on an empty database. Made by Prisma's schema
 * engine as WebAssembly, so nothing is downloaded; it only wants an address, and asks it nothing.
 */
export async function sqlOfSchema(schema: string, connection: PoolConfig): Promise<string> {
  loaded ??= loadEngine();
  const pool = new Pool(connection);
  const engine = await (await loaded).new(
    { datamodels: [["schema.prisma", schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool)),
  );
  try {
    const answer = await engine.diff({
      from: { tag: "empty" },
      to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content: schema }] },
      script: true,
      exitCode: true,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return z.object({ stdout: z.string() }).parse(answer).stdout;
  } finally {
    engine.free();
    await pool.end();
  }
}

/** Once: the module keeps one instance for everybody. */
let loaded: Promise<EngineClass> | null = null;

/** The package's own loader needs a bundler; this does what it would. */
async function loadEngine(): Promise<EngineClass> {
  const path = createRequire(import.meta.url).resolve(
    "@prisma/schema-engine-wasm/schema_engine_bg",
  );
  const glue = await import(/* @vite-ignore */ pathToFileURL(path).href);
  const binary = new Uint8Array(readFileSync(path.replace(/\.js$/, ".wasm")));
  const { instance } = await WebAssembly.instantiate(binary, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  const begin = instance.exports.__wbindgen_start;
  if (typeof begin === "function") begin();
  return glue.SchemaEngine;
}
