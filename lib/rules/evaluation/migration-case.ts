import * as z from "zod";
import { SchemaClass, SchemaVerdict } from "@/lib/contracts/schema-judgement";

const MigrationFile = z.object({ path: z.string().min(1), content: z.string() });

/** Migration files between two versions, with what a careful reader says the older version meets. */
export const MigrationCase = z.object({
  id: z.string().min(1),
  /** "prisma", "rails", "plain-sql" …: the layout, for the table per tool. */
  tool: z.string().default("not named"),
  dialect: z.enum(["postgresql", "mysql", "sqlite"]),
  /** False when the judge has to find the dialect out by itself. */
  isDialectTold: z.boolean().default(true),
  /** Where such migrations can be seen in public, in words. */
  source: z.string().default(""),
  verdict: SchemaVerdict,
  /** Classes that are right; more than one where the text bears both readings. */
  classes: z.array(SchemaClass).min(1),
  files: z.array(MigrationFile).min(1),
  /** Where the statement stands that decides it, 1-based; any of these is right. None where none decides. */
  decisive: z.array(z.object({ path: z.string(), line: z.number().int().min(1) })).default([]),
});
export type MigrationCase = z.infer<typeof MigrationCase>;

const HEAD = "=== ";
const FILE = "+++ ";
const MARK = ">> ";
const COUNTER = "{{n}}";
const MODIFIER = / \[(crlf|bom|repeat \d+)\]$/;

/**
 * Cases from their text form (see docs/evaluation.md) or from a JSON array of MigrationCase. Throws an
 * Error that names the case when one isn't whole, or when two bear the same id.
 */
export function readMigrationCases(text: string): MigrationCase[] {
  const cases = text.trimStart().startsWith("[") ? fromJson(text) : fromText(text);
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) throw new Error(`Two migration cases are called ${id}.`);
    seen.add(id);
  }
  return cases;
}

function fromJson(text: string): MigrationCase[] {
  return z
    .array(z.looseObject({ id: z.string() }))
    .parse(JSON.parse(text))
    .map(parseCase);
}

function parseCase(raw: { id: string; [key: string]: unknown }): MigrationCase {
  // Whoever writes JSON by hand may say `class` where there is just one.
  const classes = raw.classes ?? (raw.class === undefined ? undefined : [raw.class]);
  const parsed = MigrationCase.safeParse({ ...raw, classes });
  if (parsed.success) return parsed.data;
  throw new Error(`The migration case ${raw.id} isn't whole.\n${z.prettifyError(parsed.error)}`);
}

function fromText(text: string): MigrationCase[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/^(?==== )/m)
    .filter((block) => block.startsWith(HEAD))
    .map(caseOf);
}

function caseOf(block: string): MigrationCase {
  const [head = "", ...fileTexts] = block.split(/^(?=\+\+\+ )/m);
  const [title = "", ...lines] = head.split("\n");
  const keys = new Map(
    lines
      .filter((line) => line.includes(":"))
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
      }),
  );
  const [verdict, ...classes] = (keys.get("expect") ?? "").split(/[\s,]+/);
  const files = fileTexts.map(fileOf);
  return parseCase({
    id: title.slice(HEAD.length).trim(),
    tool: keys.get("tool"),
    dialect: keys.get("dialect"),
    isDialectTold: keys.get("told") !== "no",
    source: keys.get("source"),
    verdict,
    classes,
    files: files.map(({ path, content }) => ({ path, content })),
    decisive: files.flatMap(({ path, marked }) => marked.map((line) => ({ path, line }))),
  });
}

function fileOf(text: string): { path: string; content: string; marked: number[] } {
  const [title = "", ...body] = text.trimEnd().split("\n");
  let path = title.slice(FILE.length).trimEnd();
  const modifiers: string[] = [];
  for (let found = MODIFIER.exec(path); found; found = MODIFIER.exec(path)) {
    modifiers.push(found[1] ?? "");
    path = path.slice(0, found.index);
  }
  const repeat = modifiers.find((modifier) => modifier.startsWith("repeat "));
  const times = repeat ? Number(repeat.slice("repeat ".length)) : 1;
  const marked: number[] = [];
  const lines: string[] = [];
  for (const line of body) {
    const isMarked = line.startsWith(MARK);
    if (isMarked) marked.push(lines.length + 1);
    const plain = isMarked ? line.slice(MARK.length) : line;
    if (plain.includes(COUNTER)) {
      for (let n = 1; n <= times; n += 1) lines.push(plain.replaceAll(COUNTER, String(n)));
    } else {
      lines.push(plain);
    }
  }
  const ending = modifiers.includes("crlf") ? "\r\n" : "\n";
  const start = modifiers.includes("bom") ? "\uFEFF" : "";
  return { path, content: `${start}${lines.join(ending)}${ending}`, marked };
}
