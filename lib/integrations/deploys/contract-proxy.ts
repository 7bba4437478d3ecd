import { connect, createServer, type Socket } from "node:net";

export type ContractProxy = {
  port: number;
  /** Connections made through it so far. */
  connections(): number;
  /** From now on nothing passes either way, and nothing is closed: a dead network. */
  swallow(): void;
  /** From now on what the server answers is lost, and nothing is closed; what it is asked arrives. */
  swallowAnswers(): void;
  /** New connections pass again; the swallowed ones stay dead. */
  heal(): void;
  /** Tears down every open connection. */
  cut(): void;
  stop(): Promise<void>;
};

/** A TCP relay on 127.0.0.1 in front of `target` that can break like a network does. */
export async function startProxy(target: { host: string; port: number }): Promise<ContractProxy> {
  const open = new Set<Socket>();
  let isSwallowing = false;
  let isSwallowingAnswers = false;
  let connections = 0;
  const server = createServer((inward) => {
    connections += 1;
    const outward = connect(target.port, target.host);
    for (const socket of [inward, outward]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => open.delete(socket));
    }
    const relay = (from: Socket, to: Socket) => {
      let isDead = isSwallowing || (isSwallowingAnswers && from === outward);
      const kill = () => {
        isDead = true;
      };
      deaden.add(kill);
      if (from === outward) silence.add(kill);
      from.on("data", (chunk) => {
        if (!isDead) to.write(chunk);
      });
      from.on("close", () => {
        if (!isDead) to.destroy();
      });
    };
    relay(inward, outward);
    relay(outward, inward);
  });
  const deaden = new Set<() => void>();
  const silence = new Set<() => void>();
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    connections: () => connections,
    swallow() {
      isSwallowing = true;
      for (const one of deaden) one();
      deaden.clear();
    },
    swallowAnswers() {
      isSwallowingAnswers = true;
      for (const one of silence) one();
      silence.clear();
    },
    heal() {
      isSwallowing = false;
      isSwallowingAnswers = false;
    },
    cut,
    async stop() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
