import type { Pod } from "./kube-object.ts";

/** One run of a container: from a start to its end, or to now. */
export type ContainerRun = {
  pod: Pod;
  container: string;
  /** Milliseconds since the epoch. */
  startedMs: number;
  /** When it crashed; null while it runs. */
  crashedMs: number | null;
};

/**
 * What a run writes at its n-th moment, the first being its start; `isLast` when it crashes there. The
 * same lines whenever they are asked for.
 */
export type LogWriter = (
  run: ContainerRun,
  moment: { index: number; atMs: number; isLast: boolean },
) => string[];

const PATHS = ["/checkout", "/healthz", "/cart", "/orders/4711", "/prices", "/login"];

/** A number that looks random and is the same for the same pod and moment. */
export function seedOf(pod: Pod, index: number): number {
  let seed = index * 2_654_435_761;
  for (const letter of pod.metadata.name) seed = (seed ^ letter.charCodeAt(0)) * 16_777_619;
  return (seed ^ (seed >>> 13)) >>> 0;
}

/** One request that went well, a moment. */
export const writeRequests: LogWriter = ({ pod, container }, { index, atMs }) => {
  const seed = seedOf(pod, index);
  const path = PATHS[seed % PATHS.length];
  const ms = 3 + (seed % 90);
  return [
    `${new Date(atMs).toISOString()} info container=${container} method=GET path=${path} status=200 duration_ms=${ms}`,
  ];
};
