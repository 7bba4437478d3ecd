import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createFaults, type Faults } from "./faults.ts";

/** One request as a handler sees it. `body` is the raw text. */
export type WireRequest = {
  method: string;
  url: URL;
  header: (name: string) => string | undefined;
  body: string;
};

export type WireAnswer = {
  status: number;
  /** A string is sent as is; anything else as JSON; undefined sends no body. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  /** The request changed something; such an answer can be dropped by a fault. */
  mutated?: boolean;
};

/** What was asked and answered, oldest first. No headers are kept, so no tokens. */
export type RecordedRequest = {
  at: number;
  method: string;
  /** Path with query. */
  path: string;
  /** First 4,000 characters of the body. */
  body: string;
  /** Null while open, or when no answer was sent. */
  status: number | null;
};

export type WireServer = {
  url: string;
  faults: Faults;
  /** The last 2,000 requests, oldest first. */
  requests: () => RecordedRequest[];
  stop: () => Promise<void>;
};

export type WireServerOptions = {
  port?: number;
  now: () => number;
  handle: (request: WireRequest) => WireAnswer | Promise<WireAnswer>;
  /** How this product says 500 and 401 in its own words. */
  faultAnswer: (fault: "error" | "unauthorized") => WireAnswer;
};

const RING = 2_000;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answer: WireAnswer): void {
  const text =
    answer.body === undefined
      ? ""
      : typeof answer.body === "string"
        ? answer.body
        : JSON.stringify(answer.body);
  const contentType =
    answer.contentType ?? (answer.body === undefined ? undefined : "application/json");
  response.writeHead(answer.status, {
    ...(contentType ? { "content-type": contentType } : {}),
    ...(answer.status === 204 ? {} : { "content-length": String(Buffer.byteLength(text)) }),
    ...answer.headers,
  });
  response.end(text);
}

/**
 * An HTTP server on loopback that records what it is asked and can be told to misbehave.
 * Rejects when the port is taken.
 */
export async function startWireServer(options: WireServerOptions): Promise<WireServer> {
  const faults = createFaults();
  const ring: RecordedRequest[] = [];
  const sockets = new Set<Socket>();

  async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry: RecordedRequest = {
      at: options.now(),
      method: request.method ?? "GET",
      path: request.url ?? "/",
      body: "",
      status: null,
    };
    ring.push(entry);
    if (ring.length > RING) ring.shift();
    const { mode, delayMs } = faults.get();
    if (mode === "refuse") {
      request.socket.destroy();
      return;
    }
    const body = await readBody(request);
    entry.body = body.slice(0, 4_000);
    if (mode === "hang") return;
    if (mode === "slow") await wait(delayMs, undefined, { ref: false });
    let answer: WireAnswer;
    if (mode === "error" || mode === "unauthorized") answer = options.faultAnswer(mode);
    else {
      answer = await options.handle({
        method: entry.method,
        url: new URL(entry.path, "http://sandbox.invalid"),
        header: (name) => {
          const value = request.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(", ") : value;
        },
        body,
      });
    }
    if (answer.mutated && faults.takeDrop()) {
      request.socket.destroy();
      return;
    }
    entry.status = answer.status;
    send(response, answer);
  }

  const server = createServer((request, response) => {
    answerTo(request, response).catch((error: unknown) => {
      if (request.socket.destroyed) return;
      console.error(error);
      send(response, { status: 500, body: { message: String(error) } });
    });
  });
  server.on("connection", (socket) => {
    if (faults.get().mode === "refuse") {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    requests: () => ring.map((entry) => ({ ...entry })),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
