import { describe, expect, test } from "vitest";
import type { Refusal } from "./refusal";
import { type BodyKind, checkOrigin } from "./request-guard";

const HOME = "https://console.example";
const JSON_TYPE = { "content-type": "application/json" };
type Head = Record<string, string>;

/** A body that says whether anybody began to read it. */
function watched(method: string, headers: Head) {
  let isRead = false;
  const body = new ReadableStream(
    {
      pull(controller) {
        isRead = true;
        controller.enqueue(new TextEncoder().encode("{}"));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request(`${HOME}/api/restorations`, {
    method,
    headers,
    body,
    duplex: "half",
  } as RequestInit);
  return { request, wasRead: () => isRead };
}

function verdict(method: string, headers: Head, body: BodyKind = "json"): string {
  const { request, wasRead } = watched(method, headers);
  const app = { env: { publicUrl: HOME } } as Parameters<typeof checkOrigin>[1];
  try {
    checkOrigin(request, app, body);
    return "let in";
  } catch (error) {
    return (error as Refusal).code;
  } finally {
    expect(wasRead()).toBe(false);
  }
}

describe.each(["POST", "PATCH", "PUT", "DELETE"])("a %s with a session", (method) => {
  test.each<[string, Head, string]>([
    ["from our own pages", { origin: HOME, ...JSON_TYPE }, "let in"],
    ["from another site", { origin: "https://evil.example", ...JSON_TYPE }, "foreign-origin"],
    [
      "from a host that begins like ours",
      { origin: `${HOME}.evil.example`, ...JSON_TYPE },
      "foreign-origin",
    ],
    ["from ours on another port", { origin: `${HOME}:8443`, ...JSON_TYPE }, "foreign-origin"],
    [
      "from ours without encryption",
      { origin: "http://console.example", ...JSON_TYPE },
      "foreign-origin",
    ],
    ["from a page without an origin", { origin: "null", ...JSON_TYPE }, "foreign-origin"],
    ["without an origin", JSON_TYPE, "no-origin"],
    [
      "from another site, which the browser says",
      { origin: HOME, "sec-fetch-site": "cross-site", ...JSON_TYPE },
      "foreign-origin",
    ],
    [
      "from a sibling site",
      { origin: HOME, "sec-fetch-site": "same-site", ...JSON_TYPE },
      "foreign-origin",
    ],
  ])("%s", (_, headers, expected) => {
    expect(verdict(method, { cookie: "session=x", ...headers })).toBe(expected);
  });
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain; application/json",
  "",
])("a form's type (%s) is no JSON", (type) => {
  expect(verdict("POST", { origin: HOME, cookie: "session=x", "content-type": type })).toBe(
    "not-json",
  );
});

test("scripts with a token need no origin, but a foreign one is refused all the same", () => {
  expect(verdict("POST", { authorization: "Bearer kg_x" })).toBe("let in");
  expect(verdict("POST", { authorization: "Bearer kg_x", origin: "https://evil.example" })).toBe(
    "foreign-origin",
  );
  expect(verdict("POST", {}, "raw")).toBe("let in");
  expect(verdict("POST", { origin: "https://evil.example" }, "raw")).toBe("foreign-origin");
});

test.each<[string, Head, string]>([
  ["of our own pages", { origin: HOME }, "let in"],
  [
    "of our own pages, as the browser says",
    { origin: HOME, "sec-fetch-site": "same-origin" },
    "let in",
  ],
  ["of another site", { origin: "https://evil.example" }, "foreign-origin"],
  ["of a page without an origin", { origin: "null" }, "foreign-origin"],
  ["of nobody", {}, "no-origin"],
  ["of a sibling site", { origin: HOME, "sec-fetch-site": "same-site" }, "foreign-origin"],
])("where a form may come without script, one %s", (_, headers, expected) => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  expect(verdict("POST", { ...form, ...headers }, "form")).toBe(expected);
  const text = { "content-type": "text/plain" };
  const asText = verdict("POST", { ...text, ...headers }, "form");
  expect(asText).toBe(expected === "let in" ? "not-json" : expected);
});
