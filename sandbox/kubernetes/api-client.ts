export type ApiAnswer = {
  status: number;
  type: string;
  body: Record<string, unknown>;
  text: string;
  /** What the server warned of, header by header. */
  warnings: string[];
};

export type ApiClient = {
  /** Sends one request; objects are sent as JSON, texts as they are. */
  send(
    method: string,
    path: string,
    options?: { body?: unknown; contentType?: string; accept?: string },
  ): Promise<ApiAnswer>;
  /** Reads a watch until its stream ends, or until `enough` says so. */
  watch(
    path: string,
    enough?: (events: WatchEvent[]) => boolean,
  ): Promise<{ status: number; events: WatchEvent[] }>;
};

export type WatchEvent = { type: string; object: Record<string, unknown> };

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * A bare client of the sandbox's API, for tests and checks that look at the wire itself. The program
 * named at the head of `userAgent` is the field manager of writes that don't state one.
 */
export function createApiClient(url: string, token?: string, userAgent?: string): ApiClient {
  const authorization: Record<string, string> = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(userAgent !== undefined && { "user-agent": userAgent }),
  };
  return {
    async send(method, path, { body, contentType = "application/json", accept = "*/*" } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { ...authorization, accept, "content-type": contentType },
        body:
          body === undefined || typeof body === "string" ? (body as string) : JSON.stringify(body),
      });
      const text = await response.text();
      const type = response.headers.get("content-type") ?? "";
      const warnings = [
        ...(response.headers.get("warning") ?? "").matchAll(/299 - "((?:[^"\\]|\\.)*)"/g),
      ].map(([, told]) => JSON.parse(`"${told}"`) as string);
      return { status: response.status, type, text, body: parsed(text), warnings };
    },
    async watch(path, enough) {
      const stop = new AbortController();
      const response = await fetch(url + path, { headers: authorization, signal: stop.signal });
      const events: WatchEvent[] = [];
      const decoder = new TextDecoder();
      let rest = "";
      for await (const chunk of response.body ?? []) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        events.push(...lines.filter(Boolean).map((line): WatchEvent => JSON.parse(line)));
        if (enough?.(events)) break;
      }
      stop.abort();
      return { status: response.status, events };
    },
  };
}
