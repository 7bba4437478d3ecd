import { expect, test } from "vitest";
import { readEnv } from "./env";
import { MALFORMED_PATH } from "./mend-path";
import { type BodyKind, checkOrigin, checkPath, readBody } from "./request-guard";

const app = { env: readEnv({ KNOWN_GOOD_URL: "https://good.example.com" }) };
const own = "https://good.example.com";
const json = { "content-type": "application/json" };

function write(headers: Record<string, string>, method = "POST") {
  return new Request(`${own}/api/tokens`, { method, headers: { host: "inner:3000", ...headers } });
}
const check =
  (request: Request, body: BodyKind = "json") =>
  () =>
    checkOrigin(request, app, body);

test("our own pages may write, by the public address or the one they used", () => {
  expect(check(write({ ...json, origin: own }))).not.toThrow();
  expect(check(write({ ...json, origin: "https://inner:3000" }))).not.toThrow();
  expect(check(write({ origin: own }, "DELETE"))).not.toThrow();
  expect(
    check(write({ "content-type": "application/json; charset=utf-8", origin: own })),
  ).not.toThrow();
});

test.each([
  [{ ...json, origin: "https://evil.example" }, "foreign-origin"],
  [{ ...json, origin: "null" }, "foreign-origin"],
  [{ ...json, origin: "http://good.example.com" }, "foreign-origin"],
  [{ ...json, origin: "https://good.example.com.evil.example" }, "foreign-origin"],
  [{ ...json, origin: own, "sec-fetch-site": "cross-site" }, "foreign-origin"],
  [{ ...json, origin: own, "sec-fetch-site": "same-site" }, "foreign-origin"],
  [{ ...json }, "no-origin"],
  [{ origin: own, "content-type": "text/plain" }, "not-json"],
  [{ origin: own, "content-type": "application/x-www-form-urlencoded" }, "not-json"],
  [{ origin: own, "content-type": "text/plain; application/json" }, "not-json"],
])("%j is refused: %s", (headers, code) => {
  expect(check(write(headers))).toThrow(expect.objectContaining({ code }));
});

test("a script with a token needs no origin, but a foreign page with one is refused", () => {
  const authorization = "Bearer kg_token";
  expect(check(write({ authorization }))).not.toThrow();
  const foreign = { authorization, origin: "https://evil.example" };
  expect(check(write(foreign))).toThrow(expect.objectContaining({ code: "foreign-origin" }));
});

test("a path that can't be decoded is refused, with how to write it", () => {
  const plain = new Request(`${own}/api/freezes/F-1`);
  expect(() => checkPath(plain)).not.toThrow();
  const marked = new Request(plain, { headers: { [MALFORMED_PATH]: "1" } });
  const refusal = { code: "malformed-path", status: 400, sentence: expect.stringContaining("%25") };
  expect(() => checkPath(marked)).toThrow(expect.objectContaining(refusal));
});

test("reading needs no origin; a webhook's own check comes later", () => {
  const get = new Request(own, { headers: { origin: "https://evil.example" } });
  expect(check(get)).not.toThrow();
  expect(check(write({}), "raw")).not.toThrow();
});

test("a body may be a megabyte, told or not", async () => {
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    new Request(own, { method: "POST", body, headers });
  expect(await readBody(post("é".repeat(100)))).toBe("é".repeat(100));
  await expect(readBody(post("x".repeat(1_048_577)))).rejects.toMatchObject({ status: 413 });
  const lying = post("small", { "content-length": "9999999" });
  await expect(readBody(lying)).rejects.toMatchObject({ status: 413 });
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const init: RequestInit & { duplex: "half" } = { method: "POST", body: endless, duplex: "half" };
  await expect(readBody(new Request(own, init))).rejects.toMatchObject({ status: 413 });
  expect(sent).toBeLessThan(25);
});
