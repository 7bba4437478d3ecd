import * as z from "zod";
import { PodTemplate } from "@/lib/contracts/pod-template";
import { ManagedField, ownsField } from "./kubernetes-managed-fields";

const StringMap = z.record(z.string(), z.string());

const Meta = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z.string(),
  labels: StringMap.default({}),
  annotations: StringMap.optional(),
  ownerReferences: z
    .array(z.object({ kind: z.string(), uid: z.string(), controller: z.boolean().optional() }))
    .default([]),
});

/** Of who wrote which fields only whether it is the template's: all of it is larger than the rest. */
const TemplateWriter = ManagedField.transform((entry) => ({
  ...entry,
  fieldsV1: ownsField(entry, ["spec", "template"]) ? { "f:spec": { "f:template": {} } } : {},
}));

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
  lastUpdateTime: z.string().optional(),
});

const Selector = z.object({
  matchLabels: StringMap.default({}),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});
export type Selector = z.infer<typeof Selector>;

/** The fields of a Deployment (apps/v1) that we reason about; the server fills in the defaults. */
export const Deployment = z.object({
  metadata: Meta.extend({ managedFields: z.array(TemplateWriter).default([]) }),
  spec: z.object({
    replicas: z.number().default(1),
    selector: Selector,
    template: PodTemplate,
    paused: z.boolean().default(false),
    revisionHistoryLimit: z.number().default(10),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(Condition).default([]),
    })
    .prefault({}),
});
export type Deployment = z.infer<typeof Deployment>;

/** The fields of a ReplicaSet (apps/v1) that we reason about. */
export const ReplicaSet = z.object({
  metadata: Meta,
  spec: z.object({ template: PodTemplate }),
  status: z.object({ readyReplicas: z.number().default(0) }).prefault({}),
});
export type ReplicaSet = z.infer<typeof ReplicaSet>;

/** One page of a list; the items are parsed one by one, so that an odd one can't hide the others. */
export const ListPage = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

const Identified = z.object({ metadata: z.object({ uid: z.string() }) });

/** The uid of an object of any shape, or null. */
export function uidOf(raw: unknown): string | null {
  const parsed = Identified.safeParse(raw);
  return parsed.success ? parsed.data.metadata.uid : null;
}

/** One line of a watch. */
export const WatchEvent = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.unknown(),
});

export const BookmarkObject = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/** How the server says no. */
export const Status = z.object({
  kind: z.literal("Status"),
  message: z.string().default(""),
  reason: z.string().default(""),
  code: z.number().optional(),
  details: z
    .object({
      causes: z
        .array(
          z.object({
            reason: z.string().default(""),
            message: z.string().default(""),
            field: z.string().default(""),
          }),
        )
        .default([]),
      retryAfterSeconds: z.number().optional(),
    })
    .optional(),
});
export type Status = z.infer<typeof Status>;

export const AccessReview = z.object({
  status: z.object({ allowed: z.boolean(), reason: z.string().optional() }),
});

export const Version = z.object({ gitVersion: z.string() });

/** A label selector as the query parameter that lists take. */
export function selectorQuery(selector: Selector): string {
  const equal = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  const others = selector.matchExpressions.map(({ key, operator, values }) => {
    switch (operator) {
      case "In":
        return `${key} in (${values.join(",")})`;
      case "NotIn":
        return `${key} notin (${values.join(",")})`;
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return operator satisfies never;
    }
  });
  return [...equal, ...others].join(",");
}
