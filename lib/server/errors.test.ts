import { Writable } from "node:stream";
import { expect, test } from "vitest";
import * as z from "zod";
import { DeclareInput } from "@/lib/contracts/incident";
import { NoteInput } from "@/lib/contracts/timeline-entry";
import { SourceError } from "@/lib/integrations/source-error";
import { invalidInput, problemOf } from "./errors";
import { createLog } from "./log";
import { Refusal } from "./refusal";

function logged() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { log: createLog("debug", stream), lines };
}

test("a refusal keeps its code, its status and its sentence", () => {
  const { log, lines } = logged();
  const refusal = new Refusal("paused", 409, "Somebody paused it.", [{ path: "a", expected: "b" }]);
  expect(problemOf(refusal, log)).toEqual({
    status: 409,
    problem: {
      code: "paused",
      sentence: "Somebody paused it.",
      fields: [{ path: "a", expected: "b" }],
    },
    retryAt: null,
  });
  expect(lines).toEqual([]);
});

test("a bug gets an id that is in the log, and shows nothing of itself", () => {
  const { log, lines } = logged();
  const { status, problem } = problemOf(new Error("password=hunter2 at row 7"), log);
  expect(status).toBe(500);
  expect(JSON.stringify(problem)).not.toContain("hunter2");
  expect(problem.errorId).toMatch(/^[0-9a-f]{12}$/);
  expect(lines.join()).toContain(problem.errorId);
  expect(problemOf("thrown text", log).status).toBe(500);
});

test.each([
  ["unreachable", 503],
  ["timeout", 504],
  ["rate-limited", 503],
  ["not-found", 404],
  ["failed", 502],
] as const)("a source that is %s answers %d with its own sentence", (code, status) => {
  const { log } = logged();
  const answer = problemOf(new SourceError(code, "The cluster is away."), log);
  expect(answer).toMatchObject({ status, problem: { sentence: "The cluster is away." } });
});

test.each([
  new Error("Connection terminated unexpectedly"),
  new Error("Query read timeout"),
  new Error("timeout exceeded when trying to connect"),
  Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" }),
  Object.assign(new Error("terminating connection due to administrator command"), {
    ...{ name: "error", code: "57P01" },
  }),
  Object.assign(new Error("Raw query failed. Message: `Server has closed the connection.`"), {
    ...{ name: "PrismaClientKnownRequestError", code: "P2010" },
  }),
])("a database that goes away is no bug of ours: $message", (error) => {
  const { log, lines } = logged();
  expect(problemOf(error, log)).toMatchObject({
    status: 503,
    problem: {
      code: "database-unavailable",
      sentence: expect.stringContaining("nothing can be shown"),
    },
  });
  // It may have gone away after something was written.
  const { status, problem } = problemOf(error, log, { isWrite: true });
  expect([status, problem.code]).toEqual([503, "database-unavailable"]);
  expect(problem.sentence).toMatch(/Whether it was done is being read back: look again/);
  expect(lines.join()).toContain("the database did not answer");
});

test("an unknown outcome is named as one", () => {
  const { log } = logged();
  const lost = new SourceError("timeout", "No answer came.", { mayHaveActed: true });
  expect(problemOf(lost, log).problem.code).toBe("outcome-unknown");
});

test("the same class from another bundle is still itself", () => {
  const foreign = Object.assign(new Error("x"), { name: "Refusal", code: "c", status: 418 });
  expect(foreign).toBeInstanceOf(Refusal);
  expect(new Error("x")).not.toBeInstanceOf(Refusal);
  expect({ name: "Refusal" }).not.toBeInstanceOf(Refusal);
});

test("wrong input names every field and what was expected there", () => {
  const shape = z.object({ title: z.string().min(3, "at least three characters"), n: z.number() });
  const parsed = shape.safeParse({ title: "x", n: "1" });
  if (parsed.success) throw new Error("this input is wrong");
  const refusal = invalidInput(parsed.error);
  expect(refusal.status).toBe(422);
  expect(refusal.fields?.map(({ path }) => path)).toEqual(["title", "n"]);
  expect(refusal.sentence).toContain("title: at least three characters");
});

test("a wrong severity says what it may be", () => {
  const parsed = DeclareInput.safeParse({ title: "Odd", severity: 7, services: ["checkout"] });
  if (parsed.success) throw new Error("this input is wrong");
  expect(invalidInput(parsed.error).sentence).toBe(
    "That input can't be used. severity: the number 1, 2, 3 or 4, where 1 is worst.",
  );
});

test("what is too long says how long it may be", () => {
  const parsed = NoteInput.safeParse({ text: "x".repeat(10_001) });
  if (parsed.success) throw new Error("this input is wrong");
  expect(invalidInput(parsed.error).sentence).toBe(
    "That input can't be used. text: at most 10,000 characters.",
  );
});

test("the log keeps secrets to itself", () => {
  const { log, lines } = logged();
  log.info({ token: "hunter2", user: { password: "hunter2", deep: { cookie: "hunter2" } } }, "in");
  expect(lines.join()).not.toContain("hunter2");
  expect(lines.join()).toContain("[redacted]");
});
