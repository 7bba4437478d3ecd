import type { Binding, Policy } from "./admission/policy.ts";
import { CUSTOM_COLUMNS } from "./custom-resources.ts";
import { durationText } from "./duration-text.ts";
import type { Container, Deployment, KubeEvent, Pod, ReplicaSet, Stored } from "./kube-object.ts";
import { selectorText } from "./selectors.ts";

type Column = {
  name: string;
  type: "string" | "integer" | "date";
  format: "" | "name";
  description: string;
  priority: 0 | 1;
};
type Printer<T extends Stored> = {
  columns: Column[];
  cells: (object: T, nowMs: number) => unknown[];
};

function column(name: string, description: string, more: Partial<Column> = {}): Column {
  return { name, type: "string", format: "", description, priority: 0, ...more };
}

const NAME = column("Name", "The object's name, unique in its namespace.", { format: "name" });
const AGE = column("Age", "Time since the object was created.");
const WIDE = { priority: 1 } as const;
const INTEGER = { type: "integer" } as const;

const WORKLOAD_COLUMNS = [
  column("Containers", "Names of the template's containers.", WIDE),
  column("Images", "Images of the template's containers.", WIDE),
  column("Selector", "Which pods belong to this object.", WIDE),
];

function age(object: Stored, nowMs: number): string {
  return durationText(nowMs - Date.parse(object.metadata.creationTimestamp));
}

function workloadCells({ spec }: Deployment | ReplicaSet): string[] {
  const containers: Container[] = spec.template.spec.containers;
  return [
    containers.map((one) => one.name).join(","),
    containers.map((one) => one.image).join(","),
    selectorText(spec.selector),
  ];
}

const deployments: Printer<Deployment> = {
  columns: [
    NAME,
    column("Ready", "Ready pods of those wanted."),
    column("Up-to-date", "Pods that run the current template."),
    column("Available", "Pods that have been ready long enough."),
    AGE,
    ...WORKLOAD_COLUMNS,
  ],
  cells: (one, nowMs) => [
    one.metadata.name,
    `${one.status.readyReplicas ?? 0}/${one.spec.replicas}`,
    one.status.updatedReplicas ?? 0,
    one.status.availableReplicas ?? 0,
    age(one, nowMs),
    ...workloadCells(one),
  ],
};

const replicasets: Printer<ReplicaSet> = {
  columns: [
    NAME,
    column("Desired", "Pods wanted.", INTEGER),
    column("Current", "Pods there are.", INTEGER),
    column("Ready", "Pods that are ready.", INTEGER),
    AGE,
    ...WORKLOAD_COLUMNS,
  ],
  cells: (one, nowMs) => [
    one.metadata.name,
    one.spec.replicas,
    one.status.replicas,
    one.status.readyReplicas ?? 0,
    age(one, nowMs),
    ...workloadCells(one),
  ],
};

const pods: Printer<Pod> = {
  columns: [
    NAME,
    column("Ready", "Ready containers of all."),
    column("Status", "What the pod is doing, or waits for."),
    column("Restarts", "How often its containers were started again."),
    AGE,
    column("IP", "The pod's address.", WIDE),
    column("Node", "Where it runs.", WIDE),
    column("Nominated Node", "Where it may run once room is made.", WIDE),
    column("Readiness Gates", "Further conditions of being ready.", WIDE),
  ],
  cells: (one, nowMs) => {
    const containers = one.status.containerStatuses ?? [];
    const waiting = containers.find((container) => container.state.waiting)?.state.waiting;
    const status = waiting?.reason ?? one.status.phase;
    return [
      one.metadata.name,
      `${containers.filter((container) => container.ready).length}/${one.spec.containers.length}`,
      one.metadata.deletionTimestamp ? "Terminating" : status,
      String(containers.reduce((sum, container) => sum + container.restartCount, 0)),
      age(one, nowMs),
      one.status.podIP ?? "<none>",
      one.spec.nodeName ?? "<none>",
      "<none>",
      "<none>",
    ];
  },
};

const events: Printer<KubeEvent> = {
  columns: [
    column("Last Seen", "When this was last seen."),
    column("Type", "Normal or Warning."),
    column("Reason", "A short word for why."),
    column("Object", "What it is about."),
    column("Subobject", "The part it is about.", WIDE),
    column("Source", "Who reports it.", WIDE),
    column("Message", "What happened."),
    column("First Seen", "When this was first seen.", WIDE),
    column("Count", "How often it was seen.", WIDE),
    { ...NAME, priority: 1 },
  ],
  cells: (one, nowMs) => [
    durationText(nowMs - Date.parse(one.lastTimestamp)),
    one.type,
    one.reason,
    `${one.involvedObject.kind.toLowerCase()}/${one.involvedObject.name}`,
    "",
    one.source?.component ?? "",
    one.message,
    durationText(nowMs - Date.parse(one.firstTimestamp)),
    String(one.count),
    one.metadata.name,
  ],
};

function count(value: unknown): number {
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

const configmaps: Printer<Stored> = {
  columns: [NAME, column("Data", "Number of entries."), AGE],
  cells: (one, nowMs) => [
    one.metadata.name,
    count(one.data) + count(one.binaryData),
    age(one, nowMs),
  ],
};

const secrets: Printer<Stored> = {
  columns: [NAME, column("Type", "What it holds."), column("Data", "Number of entries."), AGE],
  cells: (one, nowMs) => [one.metadata.name, one.type, count(one.data), age(one, nowMs)],
};

type Autoscaler = Stored & {
  spec: {
    minReplicas?: number;
    maxReplicas: number;
    scaleTargetRef: { kind: string; name: string };
    metrics?: unknown[];
  };
  status: { currentReplicas?: number };
};

const horizontalpodautoscalers: Printer<Autoscaler> = {
  columns: [
    NAME,
    column("Reference", "What it scales."),
    column("Targets", "What it measures, beside what is wanted."),
    column("MinPods", "Fewest pods."),
    column("MaxPods", "Most pods."),
    column("Replicas", "Pods there are."),
    AGE,
  ],
  cells: ({ metadata, spec, status, ...one }, nowMs) => [
    metadata.name,
    `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    spec.metrics?.length ? `<unknown> + ${spec.metrics.length}` : "<none>",
    String(spec.minReplicas ?? 1),
    spec.maxReplicas,
    status.currentReplicas ?? 0,
    age({ ...one, metadata }, nowMs),
  ],
};

const serviceaccounts: Printer<Stored> = {
  columns: [NAME, column("Secrets", "Number of its secrets."), AGE],
  cells: (one, nowMs) => [one.metadata.name, count(one.secrets), age(one, nowMs)],
};

const namespaces: Printer<Stored & { status?: { phase?: string } }> = {
  columns: [NAME, column("Status", "Active, or on its way out."), AGE],
  cells: (one, nowMs) => [one.metadata.name, one.status?.phase ?? "Active", age(one, nowMs)],
};

const validatingadmissionpolicies: Printer<Policy> = {
  columns: [
    NAME,
    column("Validations", "Number of its validations.", INTEGER),
    column("ParamKind", "The kind of its parameters."),
    AGE,
  ],
  cells: (one, nowMs) => {
    const { paramKind, validations = [] } = one.spec;
    const kind = paramKind ? `${paramKind.apiVersion}/${paramKind.kind}` : "<unset>";
    return [one.metadata.name, validations.length, kind, age(one, nowMs)];
  },
};

const validatingadmissionpolicybindings: Printer<Binding> = {
  columns: [
    NAME,
    column("PolicyName", "The policy it puts in force."),
    column("ParamRef", "The parameters it is in force with."),
    AGE,
  ],
  cells: (one, nowMs) => {
    const { policyName, paramRef } = one.spec;
    const { name, namespace, selector } = paramRef ?? {};
    const named = namespace && name ? `${namespace}/${name}` : name;
    const ref = named ?? (selector ? selectorText(selector) : "<unset>");
    return [one.metadata.name, policyName, ref, age(one, nowMs)];
  },
};

const anything: Printer<Stored> = {
  columns: [NAME, column("Created At", "When the object was created.", { type: "date" })],
  cells: (one) => [one.metadata.name, one.metadata.creationTimestamp],
};

/** Custom resources are shown in the columns that their definitions add. */
const custom = Object.fromEntries(
  Object.entries(CUSTOM_COLUMNS).map(([plural, added]): [string, Printer<Stored>] => [
    plural,
    {
      columns: [NAME, ...added.map(({ name, isWide }) => column(name, "", isWide ? WIDE : {}))],
      cells: (one, nowMs) => [
        one.metadata.name,
        ...added.map(({ value }) => (value === "age" ? age(one, nowMs) : (value(one) ?? ""))),
      ],
    },
  ]),
);

/** The printers by resource; each is only ever given objects of its own resource. */
const PRINTERS: Record<string, Printer<never>> = {
  deployments,
  replicasets,
  pods,
  events,
  configmaps,
  secrets,
  horizontalpodautoscalers,
  serviceaccounts,
  namespaces,
  validatingadmissionpolicies,
  validatingadmissionpolicybindings,
  ...custom,
};

export type Row = { cells: unknown[]; object: unknown };

export function tableColumns(plural: string): Column[] {
  return (PRINTERS[plural] ?? anything).columns;
}

/** One line of `kubectl get`; the object travels along as the client asked for it. */
export function tableRow(plural: string, object: Stored, nowMs: number, as: unknown): Row {
  const printer = (PRINTERS[plural] ?? anything) as Printer<Stored>;
  return { cells: printer.cells(object, nowMs), object: as };
}
