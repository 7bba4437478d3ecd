import type { World } from "./behaviour.ts";
import type { Serving } from "./failures.ts";

/**
 * How far the databases of catalog and checkout are migrated. A version applies what it brings along
 * when its pods start, and never again while they run: what somebody takes back meanwhile stays so.
 */
export class Databases {
  readonly #levels = { schema: 0, orderSchema: 0 };
  readonly #running = new Map<string, Set<string>>();

  /** Tells which versions of a service serve now. */
  start(service: string, serving: Serving[]): void {
    const before = this.#running.get(service) ?? new Set();
    this.#running.set(service, new Set(serving.map(({ sha }) => sha)));
    for (const { sha, facts } of serving) {
      if (before.has(sha)) continue;
      if (service === "catalog") this.#raise("schema", facts.migration);
      if (service === "checkout") this.#raise("orderSchema", facts.orderMigration);
    }
  }

  levels(): Pick<World, "schema" | "orderSchema"> {
    return { ...this.#levels };
  }

  /** Takes checkout's newest migration back, by hand. */
  migrateDown(): void {
    this.#levels.orderSchema -= 1;
  }

  #raise(name: "schema" | "orderSchema", level: number): void {
    this.#levels[name] = Math.max(this.#levels[name], level);
  }
}
