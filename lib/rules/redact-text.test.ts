import { describe, expect, test } from "vitest";
import { MASK } from "./mask-template";
import { redactData, redactText } from "./redact-text";

const C = "hunter2-Canary9";
const redact = (text: string) => redactText(text).text;

describe("secret-looking values are masked", () => {
  test.each([
    [`password=${C} user=ann`, `password=${MASK} user=ann`],
    [`DB_PASSWORD: ${C}`, `DB_PASSWORD: ${MASK}`],
    [`{"user":"ann","password":"${C}","n":1}`, `{"user":"ann","password":"${MASK}","n":1}`],
    [`{"clientSecret" : "a\\"${C}"}`, `{"clientSecret" : "${MASK}"}`],
    [`msg="{\\"apiKey\\":\\"${C}\\",\\"a\\":1}"`, `msg="{\\"apiKey\\":\\"${MASK}\\",\\"a\\":1}"`],
    [`{'token': '${C}'}`, `{'token': '${MASK}'}`],
    [`GET /pay?access_token=${C}&page=2 200`, `GET /pay?access_token=${MASK}&page=2 200`],
    [`Server=db;Password=${C};Timeout=3`, `Server=db;Password=${MASK};Timeout=3`],
    [`Authorization: Bearer ${C} 200`, `Authorization: Bearer ${MASK} 200`],
    [`"authorization":"Basic ${C}"`, `"authorization":"${MASK}"`],
    [`authorization=Bearer ${C} path=/x`, `authorization=Bearer ${MASK} path=/x`],
    [`> Authorization: AWS4-HMAC-SHA256 Credential=${C}, b`, `> Authorization: ${MASK}`],
    [`Set-Cookie: sid=${C}; Path=/; HttpOnly`, `Set-Cookie: ${MASK}`],
    [
      `map[Accept:[*/*] Cookie:[a=${C}; b=1] Host:[x]]`,
      `map[Accept:[*/*] Cookie:[${MASK}] Host:[x]]`,
    ],
    [`started with --db-password ${C} --port 80`, `started with --db-password ${MASK} --port 80`],
    [`sent Bearer ${C}.`, `sent Bearer ${MASK}`],
    [`postgres://shop:${C}@db:5432/shop`, `postgres://${MASK}@db:5432/shop`],
    [`redis://:p/${C}@cache/0 is away`, `redis://${MASK}@cache/0 is away`],
    [`https://ann:${C}@git.example/a/b`, `https://${MASK}@git.example/a/b`],
    [`dsn shop:${C}@tcp(db:3306)/shop`, `dsn shop:${MASK}@tcp(db:3306)/shop`],
    [
      `post https://hooks.slack.com/services/T0/B0/${C} 404`,
      `post https://hooks.slack.com/services/${MASK} 404`,
    ],
    [`"https://discord.com/api/webhooks/12/${C}"`, `"https://discord.com/api/webhooks/${MASK}"`],
    [`curl -u ann:${C} https://api.example`, `curl -u ann:${MASK} https://api.example`],
    ["key AKIAIOSFODNN7EXAMPLE used", `key ${MASK} used`],
    ["pushed with ghp_16C7e42F292c6912E7710c838347Ae178B4a", `pushed with ${MASK}`],
    ["(glpat-abcdefghij0123456789)", `(${MASK})`],
    ["xoxb-123456789012-abcdefghij", MASK],
    ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl end", `jwt ${MASK} end`],
    ["SESSION_SECRET=a,b,c next=1", `SESSION_SECRET=${MASK} next=1`],
    ["token=abc, user=ann", `token=${MASK}, user=ann`],
  ])("%s", (text, shown) => {
    expect(redact(text)).toBe(shown);
    expect(redact(text)).not.toContain(C);
  });

  test("private keys, over lines, in one, and in a log that begins or ends inside one", () => {
    const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}\nc2hvcnQ=\n-----END RSA PRIVATE KEY-----`;
    for (const text of [
      `before\n${key}\nafter`,
      `before ${key.replaceAll("\n", "\\n")} after`,
      `before\n${key.slice(0, 100)}`,
      `${body}\nafter`,
    ]) {
      const shown = redact(text);
      expect(shown).not.toContain("MIIE");
      expect(shown).not.toContain("c2hvcnQ");
      expect(shown).toContain(text.includes("after") ? "after" : "before");
    }
    const [first = "", ...rest] = `${key}\nafter`.split("\n");
    const begun = redactText(first);
    expect(begun.keyLinesLeft).toBeGreaterThan(0);
    const ended = redactText(rest.join("\n"), begun.keyLinesLeft);
    expect(ended).toEqual({ text: `${MASK}\n${MASK}\n${MASK}\nafter`, keyLinesLeft: 0 });
  });

  test("a key that never ends doesn't hide the rest of a log for good", () => {
    const lines = Array.from({ length: 400 }, (_, index) => `line ${index}`).join("\n");
    expect(redact(`-----BEGIN PRIVATE KEY-----\n${lines}`)).toContain("line 399");
  });
});

test("what says something about an error stays", () => {
  for (const text of [
    "2026-11-28T05:00:00Z error status=500 path=/checkout duration_ms=31 trace=4bf92f3577b34da6",
    "at Basket.total (/app/src/basket.ts:41:13)",
    "token expired at 12:00, tokens=120 max_tokens: 4096 token_type=bearer",
    "Basic authentication failed for user ann",
    "docker run --user 1000:1000 -u 65534:65534 shop/checkout",
    "see https://hooks.slack.com/services and https://discord.com/api/webhooks",
    "secretName: db-credentials, tokenUrl=https://id.example/token",
    "connect ECONNREFUSED 10.0.0.7:5432 http://prices:8080/v1?page=2",
    "image registry.example/checkout@sha256:0f3c8a7d6e5b4c3a2910",
    "cache key: basket:4711 key=new-basket mail ann@shop.example",
    '{"level":"error","err":{"code":"E42"},"session":{"started":true}}',
  ]) {
    expect(redact(text)).toBe(text);
  }
});

test("data: fields named like secrets, pairs of name and value, and texts inside", () => {
  const data = {
    password: C,
    otp: 4711,
    env: [
      { name: "API_TOKEN", value: C },
      { name: "REGION", value: "eu" },
    ],
    status: { message: `pulled with https://ann:${C}@registry.example`, ready: true, count: 3 },
    secretKeyRef: { name: "db", key: "password" },
  };
  const shown = redactData(data);
  expect(JSON.stringify(shown)).not.toContain(C);
  expect(shown).toMatchObject({
    password: MASK,
    otp: MASK,
    env: [{ value: MASK }, { value: "eu" }],
    status: { ready: true, count: 3 },
    secretKeyRef: { name: "db", key: "password" },
  });
});

const MB = 1_000_000;
const pieces = [
  "=",
  ":",
  "password=",
  'password="',
  'password="\\',
  "token: [",
  "Authorization: ",
  "Bearer ",
  "eyJ",
  "eyJeyJeyJ.",
  "//a:",
  "x://",
  "a://b:c@",
  "@tcp(",
  ":a@tcp(",
  "--token ",
  "-----BEGIN ",
  "-----BEGIN PRIVATE KEY",
  "A",
  "\\",
  "a=,",
  "password=,a",
  " ",
  "AKIA",
  "cookie: a",
];

test.each(pieces)("a line of a megabyte takes no longer than its length asks: %j", (piece) => {
  const timeOf = (size: number) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    const started = performance.now();
    redact(text);
    return performance.now() - started;
  };
  timeOf(MB / 8);
  // Eight times the length: sixty-four times the time if it were quadratic, and hours at a megabyte.
  expect(timeOf(MB)).toBeLessThan(Math.max(5_000, timeOf(MB / 8) * 40));
});
