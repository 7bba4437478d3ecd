import { createServer } from "node:http";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { credentialsFrom } from "./kubernetes-credentials";
import { readLogs } from "./kubernetes-pod-logs";
import { KubernetesSettings } from "./kubernetes-settings";
import { transportWith } from "./kubernetes-transport";

beforeAll(async () => {
  await import("@kubernetes/client-node");
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A server of logs that counts lines from the end and bytes from there on, as the real one does. */
async function serving(logs: Record<string, string>) {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const pod = /\/pods\/([^/]+)\/log$/.exec(url.pathname)?.[1] ?? "";
    asked.push(url.searchParams);
    const lines = (logs[pod] ?? "")
      .split(/(?<=\n)/)
      .slice(-Number(url.searchParams.get("tailLines")));
    const bytes = Buffer.from(lines.join(""));
    response.setHeader("content-type", "text/plain");
    response.end(bytes.subarray(0, Number(url.searchParams.get("limitBytes"))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const settings = KubernetesSettings.parse({ server: `http://127.0.0.1:${port}` });
  const transport = transportWith(credentialsFrom(settings), 5_000);
  const read = (maxBytes: number) => {
    const wanted = Object.keys(logs).map((pod) => ({ pod, container: "app", isPrevious: false }));
    return readLogs(transport, "/api/v1/namespaces/shop", wanted, maxBytes, {
      deployment: { namespace: "shop", name: "web" },
      templateHash: "",
      sinceSeconds: 60,
      maxBytes,
      signal: AbortSignal.timeout(10_000),
    });
  };
  return { read, asked };
}

const numbered = (count: number, width: number) =>
  Array.from({ length: count }, (_, n) => `${String(n).padStart(width, ".")}\n`).join("");

describe("logs", () => {
  test("what looks like JSON stays the text it is", async () => {
    const text = '{"level":"error","message":"boom"}\n';
    const world = await serving({ a: text });
    expect(await world.read(100_000)).toMatchObject([{ text, isCut: false, problem: null }]);
  });

  test("of a log that doesn't fit the newest lines are kept, whole", async () => {
    for (const width of [10, 400]) {
      const world = await serving({ a: numbered(1_900, width) });
      const [log] = await world.read(8_000);
      expect(log?.isCut).toBe(true);
      expect(log?.text.endsWith("1899\n")).toBe(true);
      expect(log?.text.length).toBeLessThanOrEqual(8_000);
      expect(log?.text.length).toBeGreaterThan(4_000);
      for (const line of (log?.text ?? "").trim().split("\n")) expect(line).toHaveLength(width);
    }
  });

  test("one endless line of long characters is cut between two of them", async () => {
    const world = await serving({ a: "€".repeat(50_000) });
    const [log] = await world.read(10_000);
    expect(log?.isCut).toBe(true);
    expect(log?.text).toMatch(/^€+$/);
  });

  test("bytes are shared, and who gets none is told so", async () => {
    const logs = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`pod-${n}`, numbered(1_000, 100)]),
    );
    const world = await serving(logs);
    const kept = await world.read(20_000);
    expect(kept).toHaveLength(12);
    const bytes = kept.reduce((sum, { text }) => sum + text.length, 0);
    expect(bytes).toBeLessThanOrEqual(20_000);
    expect(bytes).toBeGreaterThan(10_000);
    const without = kept.filter(({ problem }) => problem !== null);
    expect(without.length).toBeGreaterThan(0);
    for (const { problem } of without) expect(problem).toContain("Not kept");
    expect((await world.read(1_000_000)).every(({ problem }) => problem === null)).toBe(true);
  });
});
