import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildSchema, type GraphQLSchema } from "graphql";

let schema: GraphQLSchema | undefined;

/** GitHub's published schema, read once. */
export function githubSchema(): GraphQLSchema {
  if (!schema) {
    // The package exports no path to its schema file, so it is found beside the package's entry.
    const folders = createRequire(import.meta.url).resolve.paths("@octokit/graphql-schema") ?? [];
    const file = folders
      .map((folder) => join(folder, "@octokit", "graphql-schema", "schema.graphql"))
      .find((path) => existsSync(path));
    if (!file) throw new Error("@octokit/graphql-schema is not installed: run `npm ci`.");
    const text = readFileSync(file, "utf8");
    schema = buildSchema(text, { assumeValid: true, noLocation: true });
  }
  return schema;
}
