import "server-only";
import type { SourceKind } from "@/lib/contracts/source";
import type { SourceOf } from "@/lib/integrations/adapter";
import type { Config } from "./config";
import type { ConnectedSource, Sources } from "./context";
import type { Log } from "./log";
import { Refusal } from "./refusal";

/** Makes an adapter for each configured source. Nothing is asked of any of them yet. */
export function connectSources(config: Config, now: () => Date, log: Log): Sources {
  const connected = new Map<string, ConnectedSource>();
  for (const { name, adapter, settings } of config.sources) {
    const context = { name, now, log: { warn: log.warn.bind(log) } };
    connected.set(name, {
      name,
      kind: adapter.kind,
      product: adapter.product,
      adapter: adapter.connect(settings, context),
    });
  }
  return {
    all: () => [...connected.values()],
    get<K extends SourceKind>(kind: K, name: string): SourceOf[K] {
      const source = connected.get(name);
      if (source && isOfKind(source.adapter, kind)) return source.adapter;
      const there = [...connected.values()].filter((each) => each.kind === kind);
      const names = there.map((each) => each.name).join(", ") || "none";
      throw new Refusal(
        "unknown-source",
        404,
        `There is no source "${name}" of kind ${kind} in the configuration (there is: ${names}).`,
      );
    },
  };
}

function isOfKind<K extends SourceKind>(
  adapter: SourceOf[SourceKind],
  kind: K,
): adapter is SourceOf[K] {
  return adapter.kind === kind;
}
