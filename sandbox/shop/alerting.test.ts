import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { startAlerting } from "./alerting.ts";
import type { LiveWorld } from "./live-world.ts";
import { SCENARIOS } from "./start-shop.ts";

test("an end whose taking wasn't heard of is sent again as the same end", async () => {
  const ends: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { status, alerts } = JSON.parse(body);
    if (status === "resolved") ends.push(alerts[0].endsAt);
    if (ends.length === 1) response.destroy();
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let failing = 1;
  let taken = 0;
  const alerting = startAlerting({
    world: { now: (name: string) => (name === "catalog" ? failing : 0) } as unknown as LiveWorld,
    scenario: () => SCENARIOS.revert,
    receiver: { url: `http://127.0.0.1:${port}/`, token: "any" },
    everyMs: 10,
    beganAt: () => Date.now(),
    report: () => {
      taken += 1;
    },
  });
  try {
    await vi.waitFor(() => expect(taken).toBe(1), { timeout: 5_000 });
    failing = 0;
    await vi.waitFor(() => expect(ends).toHaveLength(2), { timeout: 5_000 });
    expect(ends[1]).toBe(ends[0]);
  } finally {
    alerting.stop();
    server.closeAllConnections();
    server.close();
  }
});
