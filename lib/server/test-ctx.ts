import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/contracts/role";
import type { SourceKind } from "@/lib/contracts/source";
import type { SourceOf } from "@/lib/integrations/adapter";
import { adapters } from "@/lib/integrations/registry";
import type { Config } from "./config";
import { connectSources } from "./connect-sources";
import type { Ctx, Sources } from "./context";
import type { Database } from "./db";
import type { Log } from "./log";
import { createSealer } from "./seal";
import { type Addresses, NAMESPACE, TOKENS } from "./test-names";
import type { TestWorld } from "./test-world";

const SEAL_KEY = Buffer.alloc(32, 7);

export type LogLine = { level: string; fields: Record<string, unknown>; message: string };

/** Makes an adapter for each product, as the server does with its configuration. */
export function sourcesAt(
  addresses: Addresses,
  timeoutSeconds: number,
  log: Log,
  clusterToken = TOKENS.cluster,
): Sources {
  const settings: Record<string, object> = {
    kubernetes: {
      server: addresses.kubernetes,
      token: clusterToken,
      namespaces: [NAMESPACE],
      secrets: "follow",
      timeoutSeconds,
      silentAfterSeconds: 2,
    },
    unleash: { url: addresses.unleash, token: TOKENS.flags, timeoutSeconds },
    github: {
      apiUrl: addresses.github,
      token: TOKENS.code,
      webhookSecret: TOKENS.webhook,
      timeoutSeconds,
    },
    prometheus: { url: addresses.prometheus, timeoutSeconds },
  };
  const names: Record<string, string> = {
    kubernetes: "cluster",
    unleash: "flags",
    github: "code",
    prometheus: "signals",
  };
  const config: Config = {
    file: null,
    services: [],
    sources: adapters.map((adapter) => ({
      name: names[adapter.product] ?? adapter.product,
      adapter,
      settings: adapter.settings.parse(settings[adapter.product]),
    })),
  };
  return connectSources(config, () => new Date(), log);
}

export type CtxOptions = {
  name?: string;
  instance?: string;
  timeoutSeconds?: number;
  now?: () => Date;
  lines?: LogLine[];
  clusterToken?: string;
};

/** What a verb gets: real adapters on the world, a real database, and a log that collects. */
export function ctxOn(
  world: Pick<TestWorld, "addresses" | "service">,
  db: Database,
  options: CtxOptions = {},
): Ctx {
  const lines = options.lines ?? [];
  const keep = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, fields, message });
  const log = {
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
  const name = options.name ?? "Ada";
  const actor: Actor = { id: name.toLowerCase(), name, role: "responder", via: "session" };
  return {
    db,
    actor,
    now: options.now ?? (() => new Date()),
    log,
    sources: sourcesAt(world.addresses, options.timeoutSeconds ?? 20, log, options.clusterToken),
    fileServices: [world.service],
    sealer: createSealer(SEAL_KEY),
    instance: options.instance ?? randomUUID(),
    publicUrl: "https://known-good.example",
    publish: () => undefined,
  };
}

/** The same sources, one adapter of them wrapped: to count what it is asked, or to die in it. */
export function wrapping<K extends SourceKind>(
  sources: Sources,
  kind: K,
  wrap: (adapter: SourceOf[K]) => SourceOf[K],
): Sources {
  return {
    all: sources.all,
    get<G extends SourceKind>(asked: G, name: string): SourceOf[G] {
      const adapter = sources.get(asked, name);
      const given: SourceKind = asked;
      if (given !== kind) return adapter;
      return wrap(adapter as unknown as SourceOf[K]) as unknown as SourceOf[G];
    },
  };
}
