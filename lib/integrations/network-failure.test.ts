import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { networkFailure } from "./network-failure";

/** An address at which a connection ends the way `meet` ends it. */
async function addressOf(meet: (socket: Socket) => void, scheme = "http"): Promise<string> {
  const server = createServer(meet);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  onTestFinished(() => void server.close());
  return `${scheme}://127.0.0.1:${address.port}/`;
}

async function nobodyListens(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/`;
}

async function failureOf(url: string) {
  const error: unknown = await fetch(url).then(
    () => new Error("it answered"),
    (cause: unknown) => cause,
  );
  return networkFailure(error);
}

const speaks = (words: string) => (socket: Socket) => {
  socket.on("error", () => undefined);
  socket.end(words);
};

test("says what happened on a real connection, and never in a code", async () => {
  const endings = [
    await failureOf(await nobodyListens()),
    await failureOf("http://no-such-host.invalid/"),
    await failureOf(await addressOf((socket) => socket.once("data", () => socket.destroy()))),
    await failureOf(
      await addressOf((socket) => socket.once("data", () => socket.resetAndDestroy())),
    ),
    await failureOf(await addressOf(speaks("SSH-2.0-x\r\n"))),
    await failureOf(await addressOf(speaks("HTTP/1.1 200 OK\r\n\r\n"), "https")),
  ];
  expect(endings).toEqual([
    { because: "nothing listens at its address", mayHaveArrived: false },
    { because: expect.stringMatching(/^its name/), mayHaveArrived: false },
    { because: "the connection broke before an answer came", mayHaveArrived: true },
    { because: "the connection broke before an answer came", mayHaveArrived: true },
    { because: "what answers there doesn't speak HTTP", mayHaveArrived: true },
    { because: "what answers there doesn't speak TLS as this server does", mayHaveArrived: true },
  ]);
});

test("takes what it doesn't know for something that may have arrived", () => {
  const odd = Object.assign(new Error("socket hang up"), { code: "E_SOMETHING_NEW" });
  for (const cause of [odd, new Error("socket hang up"), "text", null, new AggregateError([])]) {
    expect(networkFailure(cause)).toEqual({
      because: "the connection failed",
      mayHaveArrived: true,
    });
  }
});

test("looks into causes, and into the attempts at each address of a name", () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const attempts = new AggregateError([refused, refused]);
  for (const error of [attempts, new TypeError("fetch failed", { cause: attempts })]) {
    expect(networkFailure(error).mayHaveArrived).toBe(false);
  }
  const circle = new Error("a");
  circle.cause = circle;
  expect(networkFailure(circle).mayHaveArrived).toBe(true);
});
