import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSealer, loadSealingKey, SealError } from "./seal";

const key = Buffer.alloc(32, 1);

test("what is sealed comes back, and shows nothing of itself", () => {
  const sealer = createSealer(key);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const sealed = sealer.seal(text);
      expect(sealer.open(sealed)).toBe(Buffer.from(text, "utf8").toString("utf8"));
    }),
  );
  expect(sealer.seal("hunter2-password")).not.toContain("hunter2");
  expect(sealer.seal("same")).not.toBe(sealer.seal("same"));
});

test("another key and every altered part are refused", () => {
  const sealed = createSealer(key).seal("a secret");
  expect(() => createSealer(Buffer.alloc(32, 2)).open(sealed)).toThrow(/KNOWN_GOOD_KEY/);
  const parts = sealed.split(".");
  for (const index of parts.keys()) {
    const altered = parts.map((part, at) => (at === index ? flipped(part) : part)).join(".");
    expect(() => createSealer(key).open(altered), `part ${index}`).toThrow(SealError);
  }
  const shortTag = parts.map((part, at) => (at === 3 ? part.slice(0, 6) : part)).join(".");
  expect(() => createSealer(key).open(shortTag)).toThrow(SealError);
  expect(() => createSealer(key).open("plain text")).toThrow(SealError);
});

const flipped = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);

test("the key of the embedded database is made once, for this user only", () => {
  const folder = mkdtempSync(join(tmpdir(), "known-good-key-"));
  try {
    const first = loadSealingKey(undefined, folder);
    expect(first).toHaveLength(32);
    expect(loadSealingKey(undefined, folder)).toEqual(first);
    if (process.platform !== "win32") {
      expect(statSync(join(folder, "key")).mode & 0o777).toBe(0o600);
    }
    writeFileSync(join(folder, "key"), "cut");
    expect(() => loadSealingKey(undefined, folder)).toThrow(/damaged/);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(() => loadSealingKey(undefined, null)).toThrow(/KNOWN_GOOD_KEY/);
  expect(loadSealingKey(key.toString("base64"), null)).toEqual(key);
});
