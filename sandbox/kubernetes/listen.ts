import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";

export type Listening = { port: number; close: () => Promise<void> };

const TLS_HANDSHAKE = 0x16;
const IDLE_CONNECTION_MS = 120_000;

/**
 * Serves plain HTTP and HTTPS on one port of 127.0.0.1, told apart by a connection's first byte:
 * kubectl sends tokens over HTTPS only, tests and benchmarks are simpler without it.
 */
export async function listen(
  port: number,
  certificate: { cert: string; key: string },
  listener: RequestListener,
): Promise<Listening> {
  const plain = createHttpServer(listener);
  const secure = createHttpsServer({ ...certificate, ALPNProtocols: ["http/1.1"] }, listener);
  for (const server of [plain, secure]) {
    server.keepAliveTimeout = IDLE_CONNECTION_MS;
    server.requestTimeout = 0;
    server.headersTimeout = IDLE_CONNECTION_MS;
  }
  const sockets = new Set<Socket>();
  const front = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.once("data", (chunk) => {
      socket.pause();
      socket.unshift(chunk);
      const server = chunk[0] === TLS_HANDSHAKE ? secure : plain;
      server.emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (front.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        // Both are never listening themselves; closing ends their internal timers.
        plain.close();
        secure.close();
      }),
  };
}
