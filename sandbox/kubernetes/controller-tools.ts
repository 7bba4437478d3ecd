import type { Cluster } from "./cluster.ts";
import type { EventRecorder } from "./event-recorder.ts";

/** What a controller works with. */
export type ControllerTools = {
  cluster: Cluster;
  events: EventRecorder;
  /** Has "plural:namespace/name" looked at again after so long. */
  requeue: (key: string, delayMs: number) => void;
};
