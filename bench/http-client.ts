import { Agent, type IncomingMessage, request } from "node:http";

export type Answer = {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
  ms: number;
};

export type HttpClient = {
  /** Sends once; `ms` is from the first byte sent to the last one received. */
  send(method: string, path: string, body?: unknown, type?: string): Promise<Answer>;
  /** As `send`, for an answer that must be 2xx, read as JSON. */
  json<T>(method: string, path: string, body?: unknown): Promise<{ value: T; ms: number }>;
  close(): void;
};

/** HTTP over one kept-alive connection, so that no sample pays for opening it. */
export function httpClient(origin: string, headers: Record<string, string>): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(origin);

  function send(
    method: string,
    path: string,
    body?: unknown,
    type = "application/json",
  ): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const beganAt = performance.now();
      const outgoing = request(
        {
          agent,
          hostname,
          port,
          method,
          path,
          headers: {
            ...headers,
            ...(payload === undefined
              ? {}
              : {
                  "content-type": type,
                  "content-length": String(Buffer.byteLength(payload)),
                }),
          },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on("data", (part: Buffer) => parts.push(part));
          incoming.on("error", reject);
          incoming.on("end", () => {
            const ms = performance.now() - beganAt;
            const text = Buffer.concat(parts).toString("utf8");
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, ms });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(payload);
    });
  }

  return {
    send,
    async json<T>(method: string, path: string, body?: unknown) {
      const { status, text, ms } = await send(method, path, body);
      if (status < 200 || status > 299) {
        throw new Error(`${method} ${path} was answered ${status}: ${text.slice(0, 500)}`);
      }
      return { value: JSON.parse(text === "" ? "null" : text) as T, ms };
    },
    close: () => agent.destroy(),
  };
}
