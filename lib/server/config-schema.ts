import "server-only";
import * as z from "zod";
import type { Service } from "@/lib/contracts/service";
import { DurationText } from "./durations";

/** Names end up in addresses and in the database. */
const Name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected lower-case letters, digits and hyphens");

const Text = z.string().min(1, "expected some text");

const DeploymentEntry = z.strictObject({
  source: Name.describe("Name of a Kubernetes source."),
  namespace: Text.describe("Namespace of the Deployment."),
  name: Text.describe("Name of the Deployment."),
});

const RepositoryEntry = z.strictObject({
  source: Name.describe("Name of a code source."),
  name: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, 'expected "owner/name"')
    .describe("owner/name of the repository."),
  branch: Text.default("main").describe("Branch that is delivered."),
  paths: z
    .array(Text)
    .default([])
    .describe("Prefixes in it that belong to the service; none: all."),
  migrations: z
    .array(Text)
    .default([])
    .describe(
      "Prefixes under which database migrations live; none: told by how tools lay them out.",
    ),
});

const FlagsEntry = z.strictObject({
  source: Name.describe("Name of a flag source."),
  project: Text.describe("Project in it."),
  environment: Text.describe("Environment that customers see."),
  keys: z.array(Text).min(1).optional().describe("Flags of the service; none: all of the project."),
});

const SignalEntry = z.strictObject({
  source: Name.describe("Name of a signal source."),
  title: Text.describe("What the number is: “Failed checkouts”."),
  query: Text.describe("Query that gives one series."),
  unit: z.enum(["ratio", "seconds", "count"]).describe("Unit of the number."),
  threshold: z.number().describe("Where harm begins, in the query's own unit."),
  harmWhen: z
    .enum(["above", "below"])
    .default("above")
    .describe("Side of the threshold that hurts."),
  verifyFor: DurationText.default(180).describe("How long it must stay good: 30s, 3m."),
});

export const ServiceEntry = z.strictObject({
  title: Text.optional().describe("Name for people. Default: the service's name."),
  team: Text.optional().describe("Who looks after it."),
  deployments: z.array(DeploymentEntry).default([]).describe("Deployments it runs as."),
  repository: RepositoryEntry.optional().describe("Where its code lives."),
  flags: FlagsEntry.optional().describe("Flags that guard it."),
  signal: SignalEntry.optional().describe("The number that says that customers are hurt."),
  dependsOn: z.array(Name).default([]).describe("Services it needs."),
  drills: z.boolean().default(false).describe("May be drilled: a drill pulls real levers on it."),
});
export type ServiceEntry = z.infer<typeof ServiceEntry>;

export const SourceEntry = z.looseObject({
  product: Text.describe("Product it is; the other settings depend on it."),
});

export const ConfigFile = z.strictObject({
  sources: z.record(Name, SourceEntry).default({}).describe("Outside systems, by name."),
  services: z.record(Name, ServiceEntry).default({}).describe("What customers depend on, by name."),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

export function serviceOf(name: string, entry: ServiceEntry): Service {
  const { verifyFor, ...signal } = entry.signal ?? { verifyFor: 0 };
  return {
    name,
    title: entry.title ?? name,
    team: entry.team ?? null,
    deployments: entry.deployments,
    repository: entry.repository ?? null,
    flags: entry.flags ?? null,
    signal: "source" in signal ? { ...signal, verifyForSeconds: verifyFor } : null,
    dependsOn: entry.dependsOn,
    mayBeDrilled: entry.drills,
    origin: "file",
  };
}
