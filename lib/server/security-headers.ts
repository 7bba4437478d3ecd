import "server-only";
import { randomBytes } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { mendPath } from "./mend-path";

const LOOKS_LIKE_FILE = /^\/(_next\/static|api)\//;

/**
 * A fresh nonce for every page, told to Next (which reads it from the request) and to the browser,
 * so that only scripts of ours run. It is done where Node announces a request because the only other
 * place, a proxy file, would stand in front of every route.
 */
export function addPagePolicy(isDev: boolean): void {
  subscribe("http.server.request.start", (message) => {
    const { request, response, server } = message as {
      request: IncomingMessage;
      response: ServerResponse;
      server: Server;
    };
    if (!isDev) refuseUpgrades(server);
    // What a client sends under this name must never reach the renderer.
    delete request.headers["content-security-policy"];
    delete request.headers["content-security-policy-report-only"];
    mendPath(request);
    if (LOOKS_LIKE_FILE.test(request.url ?? "")) return;
    const policy = pagePolicy(randomBytes(16).toString("base64"), isDev);
    request.headers["content-security-policy"] = policy;
    response.setHeader("Content-Security-Policy", policy);
  });
}

/** Styles may be inline: graphs set positions, and a style can't act. */
export function pagePolicy(nonce: string, isDev: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const guarded = new WeakSet<Server>();

/** Nothing here speaks WebSocket, so no request may leave HTTP. */
function refuseUpgrades(server: Server): void {
  if (guarded.has(server)) return;
  guarded.add(server);
  server.removeAllListeners("upgrade");
  server.on("upgrade", (_request, socket) => {
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
}
