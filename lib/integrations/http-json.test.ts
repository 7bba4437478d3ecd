import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { type HttpJson, httpJson } from "./http-json";

let asked: { method: string; url: string; authorization: string | undefined }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let origin: string;
let http: HttpJson;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, authorization: headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  http = httpJson({
    title: "Unleash",
    url: `${origin}/base/`,
    headers: { authorization: "s3cret" },
    timeoutMs: 300,
    limitBytes: 10_000,
  });
});

const Any = z.unknown();
const say =
  (status: number, body = "", headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end(body);
  };

describe("an exchange over HTTP", () => {
  test("appends the path to the address, shows the credentials, and parses", async () => {
    answer = say(200, '{"a":"1"}');
    const Schema = z.object({ a: z.string().transform(Number) });
    expect(await http.read("/x?y=z", Schema)).toEqual({ a: 1 });
    expect(asked).toEqual([{ method: "GET", url: "/base/x?y=z", authorization: "s3cret" }]);
  });

  test("keeps its connections open", async () => {
    answer = say(200, "{}");
    const ports = new Set<number | undefined>();
    server.on("request", (request: IncomingMessage) => ports.add(request.socket.remotePort));
    for (let turn = 0; turn < 20; turn += 1) await http.read("/x", Any);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test("never follows a redirect with the credentials", async () => {
    answer = say(302, "", { location: "http://169.254.169.254/latest/meta-data" });
    await expect(http.read("/x", Any)).rejects.toMatchObject({
      code: "invalid",
      sentence: expect.stringMatching(/redirects/),
    });
    answer = say(307, "", { location: `${origin}/elsewhere` });
    await expect(http.send("POST", "/x", {})).rejects.toMatchObject({ code: "invalid" });
    expect(asked.map(({ url }) => url)).toEqual(["/base/x", "/base/x"]);
  });

  test("gives up on an answer that is too long, announced or not", async () => {
    answer = say(200, "x".repeat(10_001), { "content-length": "10001" });
    await expect(http.read("/x", Any)).rejects.toMatchObject({ code: "invalid" });
    answer = (_, response) => response.write("x".repeat(10_001));
    await expect(http.read("/x", Any)).rejects.toMatchObject({
      sentence: expect.stringMatching(/more than/),
    });
  });

  test("gives up on an answer that never ends", async () => {
    answer = (_, response) => response.write("{");
    const start = performance.now();
    await expect(http.read("/x", Any)).rejects.toMatchObject({ code: "timeout" });
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test.each([
    [400, "invalid"],
    [401, "unauthorized"],
    [403, "forbidden"],
    [404, "not-found"],
    [409, "conflict"],
    [422, "invalid"],
    [429, "rate-limited"],
    [500, "failed"],
    [503, "failed"],
  ])("takes a %i for %s, with what was said, on one line", async (status, code) => {
    answer = say(status, JSON.stringify({ message: "no\n  such thing" }));
    const error: unknown = await http.read("/x", Any).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, mayHaveActed: false });
    const text = String(error);
    expect(text).not.toContain("s3cret");
    if (![401, 429, 500, 503].includes(status)) expect(text).toContain("no such thing");
  });

  test("says when to ask again", async () => {
    answer = say(429, "", { "retry-after": "30" });
    const error: unknown = await http.read("/x", Any).catch((caught: unknown) => caught);
    expect(error).toHaveProperty("retryAt", expect.any(Date));
    const { retryAt } = z.object({ retryAt: z.date() }).parse(error);
    expect(Math.abs(retryAt.getTime() - Date.now() - 30_000)).toBeLessThan(2_000);
  });

  test.each(["POST", "PUT", "DELETE"] as const)(
    "sends a %s once, whatever happens",
    async (method) => {
      for (const [status, mayHaveActed] of [
        [500, true],
        [502, true],
        [429, false],
        [401, false],
      ] as const) {
        asked = [];
        answer = say(status);
        await expect(http.send(method, "/x", {})).rejects.toMatchObject({ mayHaveActed });
        expect(asked).toHaveLength(1);
      }
      asked = [];
      answer = (request) => request.socket.destroy();
      await expect(http.send(method, "/x", {})).rejects.toMatchObject({ mayHaveActed: true });
      expect(asked).toHaveLength(1);
    },
  );

  test("says a cut connection in words, and keeps the code for the log", async () => {
    answer = (request) => request.socket.destroy();
    const error: unknown = await http.read("/x", Any).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      sentence: `Unleash at ${origin} can't be reached: the connection broke before an answer came. Check its url, and that this server may connect to it.`,
      cause: { cause: { code: expect.stringMatching(/^[A-Z_]+$/) } },
    });
  });

  test("hands back refusals of a mutation to be judged", async () => {
    answer = say(403, '{"name":"PermissionError"}');
    expect(await http.send("POST", "/x")).toEqual({
      status: 403,
      body: { name: "PermissionError" },
    });
    answer = say(200);
    expect(await http.send("POST", "/x")).toEqual({ status: 200, body: null });
  });

  test("doesn't take a web page for an answer", async () => {
    answer = say(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html" });
    await expect(http.read("/x", z.object({}))).rejects.toMatchObject({ code: "invalid" });
    await expect(http.send("POST", "/x")).rejects.toMatchObject({ mayHaveActed: true });
  });

  test("knows that a name which doesn't resolve was never reached", async () => {
    const nowhere = httpJson({
      title: "Unleash",
      url: "http://no-such-host.invalid",
      headers: {},
      timeoutMs: 5_000,
    });
    await expect(nowhere.send("POST", "/x")).rejects.toMatchObject({
      code: "unreachable",
      sentence: expect.stringMatching(/can't be reached: its name .*\. Check its url/),
      mayHaveActed: false,
    });
  });
});
