import type * as z from "zod";
import type { SourceKind } from "@/lib/contracts/source";
import type { CodeSource } from "./code-source";
import type { DeploySource } from "./deploy-source";
import type { FlagSource } from "./flag-source";
import type { SignalSource } from "./signal-source";

/** The adapter interface for each kind of source. */
export type SourceOf = {
  deploys: DeploySource;
  flags: FlagSource;
  code: CodeSource;
  signals: SignalSource;
};
export type AnySource = SourceOf[SourceKind];

/**
 * One outside product: its settings as a zod schema (each field's `.describe()` is shown in the docs
 * and on the settings page; fields marked with `.meta({ secret: true })` are read from the environment
 * variable that the file names, never from the file) and a function that connects.
 */
export type Adapter<K extends SourceKind = SourceKind, S extends z.ZodObject = z.ZodObject> = {
  kind: K;
  product: string;
  title: string;
  settings: S;
  connect(settings: z.infer<S>, context: AdapterContext): SourceOf[K];
};

/** What plumbing hands to an adapter. `name` is the source's own name in the configuration. */
export type AdapterContext = {
  name: string;
  now: () => Date;
  log: { warn(fields: Record<string, unknown>, message: string): void };
};

/** Keeps the settings' type between schema and `connect`. */
export function adapter<K extends SourceKind, S extends z.ZodObject>(
  definition: Adapter<K, S>,
): Adapter<K, S> {
  return definition;
}
