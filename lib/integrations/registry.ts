import type { Adapter } from "./adapter";
import { github } from "./code/github";
import { kubernetes } from "./deploys/kubernetes";
import { unleash } from "./flags/unleash";
import { prometheus } from "./signals/prometheus";

/** Every product there is an adapter for. A new one is its file and its line here. */
export const adapters: readonly Adapter[] = [kubernetes, github, unleash, prometheus];

export function adapterFor(product: string): Adapter | undefined {
  return adapters.find((adapter) => adapter.product === product);
}
