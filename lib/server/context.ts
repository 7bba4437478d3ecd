import "server-only";
import type { LiveEvent } from "@/lib/contracts/live-event";
import type { Actor } from "@/lib/contracts/role";
import type { Service } from "@/lib/contracts/service";
import type { SourceKind } from "@/lib/contracts/source";
import type { SourceOf } from "@/lib/integrations/adapter";
import type { Database } from "./db";
import type { Log } from "./log";
import type { Sealer } from "./seal";

/** A source from the configuration, connected. */
export type ConnectedSource<K extends SourceKind = SourceKind> = {
  name: string;
  kind: K;
  product: string;
  adapter: SourceOf[K];
};

/** The sources of the configuration file. */
export type Sources = {
  all(): ConnectedSource[];
  /** Throws a Refusal `unknown-source` that names the sources there are. */
  get<K extends SourceKind>(kind: K, name: string): SourceOf[K];
};

/** Everything a verb may touch. Made once per request or once per collector turn. */
export type Ctx = {
  db: Database;
  actor: Actor;
  now: () => Date;
  log: Log;
  sources: Sources;
  /** Services of the configuration file; discovered ones are in the database. */
  fileServices: Service[];
  sealer: Sealer;
  /** This process: rows it claimed are settled by it, or by its successor. */
  instance: string;
  /** Origin people reach us by, without a trailing slash. */
  publicUrl: string;
  /** Tells open browsers what to read again. Never throws, never waits for a browser. */
  publish: (topic: LiveEvent["topic"], key?: string) => void;
};
