import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { judgeMigrations } from "@/lib/rules/judge-migrations";
import { evaluateMigrations } from "./evaluate-migrations";
import { type MigrationCase, readMigrationCases } from "./migration-case";

function casesOf(part: string): MigrationCase[] {
  const folder = new URL(`./migrations/${part}/`, import.meta.url);
  return readdirSync(folder).flatMap((name) =>
    readMigrationCases(readFileSync(new URL(name, folder), "utf8")),
  );
}

const tuned = casesOf("tuned");
const all = [...tuned, ...casesOf("held-out")];

async function verdictsOf(cases: readonly MigrationCase[]) {
  const verdicts = new Map<string, string>();
  for (const { id, files, dialect, isDialectTold } of cases) {
    const { verdict } = await judgeMigrations(files, isDialectTold ? { dialect } : undefined);
    verdicts.set(id, verdict);
  }
  return verdicts;
}

test("nothing throws, and nothing that breaks the older version is called compatible", async () => {
  const { confusion, dangerous } = await evaluateMigrations(all, judgeMigrations);
  expect(dangerous).toEqual([]);
  expect(Object.values(confusion).map(({ threw }) => threw)).toEqual([0, 0, 0]);
});

test("of the sets that may be tuned on, at least 92 % are judged right", async () => {
  const { verdicts, wrong } = await evaluateMigrations(tuned, judgeMigrations);
  expect(verdicts.share, wrong.map(({ id }) => id).join(", ")).toBeGreaterThanOrEqual(0.92);
});

test("in which order files are handed over doesn't matter, nor how their lines end", async () => {
  const asWritten = await verdictsOf(all);
  const reversed = all.map((one) => ({ ...one, files: one.files.toReversed() }));
  expect(await verdictsOf(reversed)).toEqual(asWritten);
  const fromWindows = all.map((one) => ({
    ...one,
    files: one.files.map(({ path, content }) => ({
      path,
      content: content.replace(/\r?\n/g, "\r\n"),
    })),
  }));
  expect(await verdictsOf(fromWindows)).toEqual(asWritten);
});
