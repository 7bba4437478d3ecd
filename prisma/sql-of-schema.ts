import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
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
 * engine as WebAssembly, so nothing is downloaded; and without a connection.
 */
export async function sqlOfSchema(schema: string): Promise<string> {
  loaded ??= loadEngine();
  const engine = await (await loaded).new(
    { datamodels: [["schema.prisma", schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(nowhere),
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
  }
}

const refuse = () => Promise.reject(new Error("The schema engine wants more of a database."));

/** A PostgreSQL that nobody has to reach. All the engine wants to know of it is its version. */
const silent: SqlDriverAdapter = {
  provider: "postgres",
  adapterName: "nowhere",
  queryRaw: async ({ sql }) => {
    if (!sql.includes("server_version_num")) return refuse();
    return {
      columnNames: ["exists", "version", "numeric_version"],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, "PostgreSQL 17.0", 170_000]],
    };
  },
  executeRaw: refuse,
  executeScript: refuse,
  startTransaction: refuse,
  getConnectionInfo: () => ({ schemaName: "public", supportsRelationJoins: true }),
  dispose: async () => undefined,
};
const nowhere: SqlMigrationAwareDriverAdapterFactory = {
  provider: "postgres",
  adapterName: "nowhere",
  connect: async () => silent,
  connectToShadowDb: async () => silent,
};

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
