import * as z from "zod";

/** A Deployment in a cluster; `source` is the name of a Kubernetes source. */
export const DeploymentRef = z.object({
  source: z.string(),
  namespace: z.string(),
  name: z.string(),
});
export type DeploymentRef = z.infer<typeof DeploymentRef>;

/** Where a Service's code lives; paths are prefixes inside the repository, empty means all of it. */
export const RepositoryRef = z.object({
  source: z.string(),
  /** "owner/name" */
  name: z.string(),
  branch: z.string().default("main"),
  paths: z.array(z.string()).default([]),
  /** Prefixes under which database migrations live. */
  migrations: z.array(z.string()).default([]),
});
export type RepositoryRef = z.infer<typeof RepositoryRef>;

/** The flags a Service is guarded by; no `keys` means every flag of the project. */
export const FlagScope = z.object({
  source: z.string(),
  project: z.string(),
  environment: z.string(),
  keys: z.array(z.string()).optional(),
});
export type FlagScope = z.infer<typeof FlagScope>;

/** The number that says that customers are hurt. `threshold` is in the query's own unit. */
export const SignalSpec = z.object({
  source: z.string(),
  title: z.string(),
  query: z.string(),
  unit: z.enum(["ratio", "seconds", "count"]),
  threshold: z.number(),
  /** Harm is when the value is `above` or `below` the threshold. */
  harmWhen: z.enum(["above", "below"]).default("above"),
  /** How long the signal must stay good before a Restoration counts as verified. */
  verifyForSeconds: z.number().positive().default(180),
});
export type SignalSpec = z.infer<typeof SignalSpec>;

/** What customers depend on: ties together Deployments, code, flags and a signal. */
export const Service = z.object({
  name: z.string(),
  title: z.string(),
  team: z.string().nullable(),
  deployments: z.array(DeploymentRef),
  repository: RepositoryRef.nullable(),
  flags: FlagScope.nullable(),
  signal: SignalSpec.nullable(),
  dependsOn: z.array(z.string()),
  /** Drills may be held on it: a drill pulls real levers. */
  mayBeDrilled: z.boolean().default(false),
  /** `file`: known-good.yaml; `discovered`: annotations on a Deployment. */
  origin: z.enum(["file", "discovered"]),
});
export type Service = z.infer<typeof Service>;
