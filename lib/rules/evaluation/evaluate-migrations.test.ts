import { expect, test } from "vitest";
import type { SchemaFinding, SchemaJudgement } from "@/lib/contracts/schema-judgement";
import { evaluateMigrations, type MigrationJudge } from "./evaluate-migrations";
import { MigrationCase } from "./migration-case";

const one = (id: string, content: string, label: Partial<MigrationCase>): MigrationCase =>
  MigrationCase.parse({
    id,
    tool: "plain-sql",
    dialect: "postgresql",
    files: [{ path: "a.sql", content }],
    verdict: "compatible",
    classes: ["SAFE"],
    ...label,
  });

const broken: Partial<MigrationCase> = {
  verdict: "incompatible",
  classes: ["BREAKS_READ_WRITE"],
  decisive: [{ path: "a.sql", line: 1 }],
};

/** Answers by the file's first word, so that each test says what it is told. */
const judge: MigrationJudge = async (files) => {
  const [file] = files;
  const say = (answer: Omit<SchemaJudgement, "findings">, line: number): SchemaJudgement => {
    const finding: SchemaFinding = {
      rule: "said",
      ...answer,
      path: file?.path ?? "",
      line,
      statement: "",
      sentence: "It was said so.",
    };
    return { ...answer, findings: [finding] };
  };
  switch (file?.content) {
    case "fine":
      return { verdict: "compatible", class: "SAFE", findings: [] };
    case "broken":
      return say({ verdict: "incompatible", class: "BREAKS_READ_WRITE" }, 1);
    case "broken elsewhere":
      return say({ verdict: "incompatible", class: "BREAKS_WRITE" }, 2);
    default:
      throw new Error("no idea");
  }
};

test("verdicts, classes and statements are counted apart", async () => {
  const measure = await evaluateMigrations(
    [
      one("a", "fine", {}),
      one("b", "broken", broken),
      one("c", "broken elsewhere", { ...broken, dialect: "mysql", tool: "flyway" }),
      one("d", "fine", broken),
      one("e", "what?", { verdict: "unknown", classes: ["UNREADABLE"], tool: "flyway" }),
    ],
    judge,
  );
  expect(measure.verdicts).toMatchObject({ right: 3, n: 5, share: 0.6 });
  expect(measure.verdicts.interval?.low).toBeCloseTo(0.2307, 3);
  expect(measure.confusion.incompatible).toEqual({
    compatible: 1,
    incompatible: 2,
    unknown: 0,
    threw: 0,
  });
  expect(measure.confusion.unknown.threw).toBe(1);
  expect(measure.dangerous).toEqual(["d"]);
  expect(measure.classes).toMatchObject({ right: 2, n: 5 });
  expect(measure.statements).toMatchObject({ right: 1, n: 2 });
  expect(measure.byTool).toMatchObject({ flyway: { right: 1, n: 2 }, "plain-sql": { n: 3 } });
  expect(Object.keys(measure.byDialect)).toEqual(["mysql", "postgresql"]);
  expect(measure.wrong).toEqual([
    { id: "d", expected: "incompatible", given: "compatible", because: "no finding" },
    { id: "e", expected: "unknown", given: "threw", because: "no idea" },
  ]);
  expect(measure.otherClass).toEqual(["c"]);
  expect(measure.otherStatement).toEqual(["c"]);
});

test("of nothing there is no share", async () => {
  const { verdicts, dangerous } = await evaluateMigrations([], judge);
  expect(verdicts).toEqual({ right: 0, n: 0, share: null, interval: null });
  expect(dangerous).toEqual([]);
});

test("the dialect is told unless the case keeps it back", async () => {
  const told: unknown[] = [];
  const listening: MigrationJudge = async (files, options) => {
    told.push(options);
    return judge(files);
  };
  await evaluateMigrations(
    [one("a", "fine", { dialect: "mysql" }), one("b", "fine", { isDialectTold: false })],
    listening,
  );
  expect(told).toEqual([{ dialect: "mysql" }, undefined]);
});
