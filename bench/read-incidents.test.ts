import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readIncidents } from "./read-incidents";

const page = readFileSync(join(import.meta.dirname, "../docs/evaluation.md"), "utf8");
const [, example = ""] = /^```json incident\n([\s\S]*?)^```/m.exec(page) ?? [];
const other = example.replace("express-pay-ramp", "other");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "incidents-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

test("a file of one, a list, and a folder at any depth", () => {
  const one = write("one.json", example);
  expect(readIncidents(one).map(({ id }) => id)).toEqual(["express-pay-ramp"]);
  write("deep/down/list.json", `[${other}]`);
  write("deep/notes.md", "not an incident");
  expect(readIncidents(folder).map(({ id }) => id)).toEqual(["other", "express-pay-ramp"]);
});

test("what is wrong is named with its file and place", () => {
  const wrong = write("wrong.json", example.replace('"now": 9', '"now": "soon"'));
  expect(() => readIncidents(wrong)).toThrow(/wrong\.json: now: /);
  const unknown = write("unknown.json", example.replace('"now": 9', '"now": 9, "cause": "x"'));
  expect(() => readIncidents(unknown)).toThrow(/unknown\.json: it: .*cause/);
  const broken = write("broken.json", "{");
  expect(() => readIncidents(broken)).toThrow(/broken\.json: /);
});

test("the same name twice is refused", () => {
  write("a.json", example);
  write("b.json", example);
  expect(() => readIncidents(folder)).toThrow('holds "express-pay-ramp" twice');
});
