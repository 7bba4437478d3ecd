import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SourceError } from "@/lib/integrations/source-error";
import { transportWith } from "./kubernetes-transport";
import { watchCollection } from "./kubernetes-watch";

const CHUNK = "a".repeat(1024 * 1024);
const MOST = 300;

let server: Server;
let url = "";
let sent = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    if (request.url?.includes("limit=500")) {
      response.end(JSON.stringify({ metadata: { resourceVersion: "1" }, items: [] }));
      return;
    }
    const more = () => {
      while (!response.destroyed && sent < MOST) {
        sent += 1;
        if (!response.write(CHUNK)) return;
      }
      if (sent >= MOST) response.end();
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const transport = () =>
  transportWith(async () => ({ server: url, headers: {}, tls: {}, proxyAgent: null }), 15_000);

test("an answer without end is given up with a sentence, and so is its connection", async () => {
  sent = 0;
  await expect(transport().get("/apis/apps/v1")).rejects.toMatchObject({
    code: "invalid",
    sentence: "Kubernetes sent more than 64 MB at once. Check that its address is right.",
    mayHaveActed: false,
  });
  expect(sent).toBeLessThan(MOST);
});

test("a change that may have been made before the answer got too long may have been made", async () => {
  sent = 0;
  const call = { method: "PATCH", path: "/apis/apps/v1/x", body: {}, mutates: true } as const;
  await expect(transport().send(call)).rejects.toMatchObject({
    code: "invalid",
    mayHaveActed: true,
  });
});

test("an event without end is given up, too", async () => {
  sent = 0;
  const stop = new AbortController();
  const trouble = Promise.withResolvers<SourceError>();
  const watching = watchCollection(
    transport(),
    {
      path: "/apis/apps/v1/deployments",
      onList: () => undefined,
      onEvent: () => undefined,
      onAlive: () => undefined,
      onTrouble: trouble.resolve,
    },
    { silentAfterMs: 60_000 },
    stop.signal,
  );
  expect(await trouble.promise).toMatchObject({
    code: "invalid",
    sentence: expect.stringContaining("16 MB"),
  });
  stop.abort();
  await watching;
});
