import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEtagCache } from "./github-etag-cache";
import { createGitHubFetch } from "./github-fetch";
import { createRateGate } from "./github-rate-gate";

type Seen = { url: string; headers: IncomingMessage["headers"] };

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** An address whose port was free a moment ago. */
async function nobodyListens(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

function client(now = () => new Date(), timeoutMs = 2_000) {
  const gate = createRateGate(now);
  const graphqlUrl = "http://127.0.0.1:1/graphql";
  const cache = createEtagCache();
  return { gate, fetch: createGitHubFetch({ graphqlUrl, timeoutMs, gate, cache }) };
}

const headers = { authorization: "Bearer secret", accept: "application/json" };

describe("createGitHubFetch", () => {
  test("asks conditionally and gives the kept answer when nothing changed", async () => {
    const { url, seen } = await serve((request, response) => {
      const isKnown = request.headers["if-none-match"] === '"v1"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"v1"', "content-type": "application/json" });
      response.end(isKnown ? undefined : '{"a":1}');
    });
    const { fetch } = client();
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await fetch(`${url}/x`, { headers });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.json()).toEqual({ a: 1 });
    }
    expect(seen.map((request) => request.headers["if-none-match"])).toEqual([
      undefined,
      '"v1"',
      '"v1"',
    ]);
    // Another representation of the same address is another answer.
    await fetch(`${url}/x`, { headers: { ...headers, accept: "text/plain" } });
    expect(seen.at(-1)?.headers["if-none-match"]).toBeUndefined();
  });

  test("follows a redirect within the host, for reads", async () => {
    const { url, seen } = await serve((request, response) => {
      const isOld = request.url === "/old";
      response.writeHead(isOld ? 301 : 200, isOld ? { location: "/new" } : {});
      response.end("ok");
    });
    const { fetch } = client();
    expect(await (await fetch(`${url}/old`, { headers })).text()).toBe("ok");
    expect(seen.map((request) => request.url)).toEqual(["/old", "/new"]);
    await expect(fetch(`${url}/old`, { method: "POST", headers })).rejects.toMatchObject({
      code: "failed",
      mayHaveActed: false,
    });
    expect(seen).toHaveLength(3);
  });

  test("never takes the token to another host", async () => {
    const other = await serve((_, response) => void response.end("caught"));
    const { url } = await serve((request, response) => {
      const location = request.url === "/metadata" ? "http://169.254.169.254/x" : `${other.url}/`;
      response.writeHead(302, { location }).end();
    });
    const { fetch } = client();
    for (const path of ["/", "/metadata"])
      await expect(fetch(url + path, { headers })).rejects.toMatchObject({ code: "failed" });
    expect(other.seen).toEqual([]);
  });

  test("a loop of redirects ends", async () => {
    const { url, seen } = await serve((_, response) => {
      response.writeHead(302, { location: "/again" }).end();
    });
    await expect(client().fetch(`${url}/`, { headers })).rejects.toMatchObject({ code: "failed" });
    expect(seen.length).toBeLessThan(6);
  });

  test("the timeout covers the body, and only what may have arrived is unknown", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("half");
    });
    const { fetch } = client(undefined, 200);
    await expect(fetch(url)).rejects.toMatchObject({ code: "timeout", mayHaveActed: false });
    await expect(fetch(url, { method: "POST" })).rejects.toMatchObject({
      code: "timeout",
      mayHaveActed: true,
    });
    const nobody = fetch(await nobodyListens(), { method: "POST" });
    await expect(nobody).rejects.toMatchObject({
      code: "unreachable",
      mayHaveActed: false,
      sentence: expect.stringMatching(/: nothing listens at its address\. Check the address/),
    });
  });

  test("an endless body is not read to its end", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1_000_000, "x");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    });
    const { fetch } = client(undefined, 10_000);
    await expect(fetch(url)).rejects.toMatchObject({ code: "failed", mayHaveActed: false });
  });
});

describe("createRateGate", () => {
  const NOW = Date.parse("2026-03-01T12:00:00Z");
  const refused = (init: Record<string, string>, status = 403, body = "") => {
    const gate = createRateGate(() => new Date(NOW));
    return gate.observe("core", { status, headers: new Headers(init), body })?.getTime();
  };

  test("obeys Retry-After in seconds and as a date", () => {
    expect(refused({ "retry-after": "30" })).toBe(NOW + 30_000);
    expect(refused({ "retry-after": "Sun, 01 Mar 2026 12:05:00 GMT" }, 429)).toBe(NOW + 300_000);
    expect(refused({ "retry-after": "0" })).toBe(NOW + 1_000);
  });

  test("tells limits from missing permission", () => {
    const body = '{"message":"You have exceeded a secondary rate limit."}';
    expect(refused({}, 403, body)).toBe(NOW + 60_000);
    expect(refused({}, 429)).toBe(NOW + 60_000);
    expect(refused({}, 403, '{"message":"Resource not accessible"}')).toBeUndefined();
    expect(refused({ "retry-after": "soon" }, 403)).toBeUndefined();
    expect(refused({}, 500, body)).toBeUndefined();
  });

  test("nonsense in the headers is not believed", () => {
    const gate = createRateGate(() => new Date(NOW));
    for (const value of ["", "NaN", "-1", "1e400", "9".repeat(40)]) {
      const names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
      const init = new Headers(Object.fromEntries(names.map((name) => [name, value])));
      gate.observe("core", { status: 200, headers: init, body: "" });
    }
    expect(gate.standing()).toBeNull();
    expect(() => gate.pass("core")).not.toThrow();
  });
});

test("the cache is bounded in entries and in size, the least recently used going first", () => {
  const cache = createEtagCache(3, 100);
  const answer = (body: string) => ({ etag: "e", status: 200, headers: [], body });
  for (const key of ["a", "b", "c"]) cache.set(key, answer("x"));
  cache.get("a");
  cache.set("d", answer("x"));
  expect(["a", "b", "c", "d"].filter((key) => cache.get(key))).toEqual(["a", "c", "d"]);
  cache.set("huge", answer("x".repeat(26)));
  expect(cache.get("huge")).toBeUndefined();
  const large = createEtagCache(100, 100);
  for (let at = 0; at < 10; at += 1) large.set(String(at), answer("x".repeat(25)));
  expect([...Array(10).keys()].filter((at) => large.get(String(at)))).toEqual([6, 7, 8, 9]);
});
