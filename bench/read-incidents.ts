import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { IncidentCase } from "../lib/rules/evaluation/incident-case.ts";

/** The incidents in a file or, at any depth, in a folder of JSON files. Throws with the file's name. */
export function readIncidents(path: string): IncidentCase[] {
  const cases = filesIn(path).flatMap((file) => {
    const parsed = parse(file);
    // One by one: in a union, zod would say little about what is wrong.
    return (Array.isArray(parsed) ? parsed : [parsed]).map((one: unknown) => {
      const result = IncidentCase.safeParse(one);
      if (result.success) return result.data;
      const [issue] = result.error.issues;
      throw new Error(`${file}: ${issue?.path.join(".") || "it"}: ${issue?.message}`);
    });
  });
  const twice = cases.find((one, index) => cases.findIndex(({ id }) => id === one.id) !== index);
  if (twice) throw new Error(`${path} holds "${twice.id}" twice.`);
  return cases;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => join(path, name));
}
