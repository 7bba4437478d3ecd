import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "./access.ts";
import type { ApiRequest } from "./api-request.ts";
import type { ApiServer } from "./api-server.ts";
import type { Faults, RequestRecord } from "./faults.ts";
import { StatusError, unauthorized } from "./status-error.ts";

const BODY_BYTES_MAX = 3 * 1024 * 1024;

function send(
  response: ServerResponse,
  code: number,
  body: string,
  type = "application/json",
  warnings: readonly string[] = [],
): void {
  const length = Buffer.byteLength(body);
  const audit = { "audit-id": crypto.randomUUID(), "cache-control": "no-cache, private" };
  // Each warning is a header of its own, in the form of RFC 7234.
  const warned = warnings.map((one) => `299 - ${JSON.stringify(one)}`);
  if (warned.length > 0) response.setHeader("warning", warned);
  response.writeHead(code, { ...audit, "content-type": type, "content-length": length });
  response.end(body);
}

function sendStatus(response: ServerResponse, error: StatusError): void {
  send(response, error.code, JSON.stringify(error.toStatus()));
}

function internalError(why: string): StatusError {
  return new StatusError(500, "InternalError", `Internal error occurred: ${why}`, {
    causes: [{ reason: "InternalError", message: why, field: "" }],
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) {
      const message = `Request entity too large: limit is ${BODY_BYTES_MAX}`;
      throw new StatusError(413, "RequestEntityTooLarge", message, {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseRequest(incoming: IncomingMessage, body: Buffer): ApiRequest {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const contentType = incoming.headers["content-type"];
  // Binary bodies keep one character a byte; they are decoded where they are understood.
  const encoding = contentType?.includes("protobuf") ? "latin1" : "utf8";
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers: {
      accept: incoming.headers.accept,
      contentType,
      userAgent: incoming.headers["user-agent"],
    },
    body: body.toString(encoding),
  };
}

export type ListenerParts = {
  server: ApiServer;
  faults: Faults;
  callerOf: (token: string) => Caller | undefined;
  now: () => number;
};

/** The HTTP side of the API server: faults first, then who asks, then the answer. */
export function createRequestListener({ server, faults, callerOf, now }: ListenerParts) {
  async function handle(
    incoming: IncomingMessage,
    response: ServerResponse,
    record: RequestRecord,
    caller: Caller | undefined,
  ): Promise<void> {
    const body = await readBody(incoming);
    if (faults.mode === "slow") await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    if (faults.mode === "error") throw internalError("the sandbox was told to fail");
    if (faults.mode === "unauthorized") throw unauthorized();
    const request = parseRequest(incoming, body);
    const answer = server.answer(request, caller, response);
    if (!answer) {
      record.status = response.statusCode;
      return;
    }
    const isWrite =
      request.method !== "GET" && answer.code < 300 && !request.path.includes("reviews");
    if (isWrite && faults.takeDrop()) {
      incoming.socket.destroy();
      return;
    }
    record.status = answer.code;
    send(response, answer.code, answer.body, answer.contentType, answer.warnings);
  }

  return (incoming: IncomingMessage, response: ServerResponse): void => {
    const token = /^Bearer (.+)$/i.exec(incoming.headers.authorization ?? "")?.[1];
    const caller = token === undefined ? undefined : callerOf(token.trim());
    const record = faults.note({
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      user: caller?.user ?? "",
      at: now(),
      status: 0,
    });
    if (faults.mode === "refuse") {
      incoming.socket.destroy();
      return;
    }
    if (faults.mode === "hang") {
      incoming.resume();
      return;
    }
    handle(incoming, response, record, caller).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      const known = error instanceof StatusError;
      if (!known) console.error(error);
      const told = known
        ? error
        : internalError(error instanceof Error ? error.message : "unknown");
      record.status = told.code;
      sendStatus(response, told);
    });
  };
}
