import * as z from "zod";

const ContainerStatus = z.looseObject({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  lastState: z.object({ terminated: z.unknown().optional() }).nullish(),
});

/** The fields of a Pod by which we judge whose logs say most; its status is kept as it came. */
export const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().nullish(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z.object({
    nodeName: z.string().nullish(),
    containers: z.array(z.object({ name: z.string() })),
    initContainers: z.array(z.object({ name: z.string() })).nullish(),
  }),
  status: z
    .looseObject({
      phase: z.string().default(""),
      containerStatuses: z.array(ContainerStatus).nullish(),
      initContainerStatuses: z.array(ContainerStatus).nullish(),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;

/** The fields of an Event (v1) that say what happened to what. */
export const PodEvent = z.object({
  involvedObject: z.object({ kind: z.string().default(""), name: z.string().default("") }),
  type: z.string().default(""),
  reason: z.string().default(""),
  message: z.string().default(""),
  count: z.number().nullish(),
  firstTimestamp: z.string().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
});
export type PodEvent = z.infer<typeof PodEvent>;

/** What is known of a Pod's state: everything the cluster says, without who wrote which field. */
export function stateOfPod({ metadata, spec, status }: Pod) {
  const { name, uid, creationTimestamp, deletionTimestamp } = metadata;
  return { name, uid, creationTimestamp, deletionTimestamp, nodeName: spec.nodeName, status };
}

/** One container of a Pod whose log can be asked for. */
export type LogRef = { pod: string; container: string; isPrevious: boolean };

/** Logs of Pods in the order in which they say most: unhealthy ones first, then the newest. */
export function logsOf(pods: Pod[]): LogRef[] {
  const ranked = [...pods].sort(
    (a, b) =>
      Number(isHealthy(a)) - Number(isHealthy(b)) ||
      b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp) ||
      a.metadata.name.localeCompare(b.metadata.name),
  );
  return ranked.flatMap(({ metadata, spec, status }) => {
    const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
    // Main containers first: an init container that is done has little to add.
    return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ name: container }) => {
      const one = statuses.find(({ name }) => name === container);
      const current = { pod: metadata.name, container, isPrevious: false };
      const hasPrevious = (one?.restartCount ?? 0) > 0 || one?.lastState?.terminated;
      return hasPrevious ? [current, { ...current, isPrevious: true }] : [current];
    });
  });
}

function isHealthy({ metadata, status }: Pod): boolean {
  const statuses = status.containerStatuses ?? [];
  return (
    status.phase === "Running" &&
    !metadata.deletionTimestamp &&
    statuses.length > 0 &&
    statuses.every(({ ready, restartCount }) => ready && restartCount === 0)
  );
}

/** "checkout-7d9f-x2x1 (app, previous container)" */
export function logTitle({ pod, container, isPrevious }: LogRef): string {
  return `${pod} (${container}${isPrevious ? ", previous container" : ""})`;
}
