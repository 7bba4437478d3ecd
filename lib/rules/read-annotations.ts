import * as z from "zod";
import { Service } from "@/lib/contracts/service";

/** As in the configuration file: names end up in addresses. */
const ServiceName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and hyphens");

const Drills = z.enum(["true", "false"], "true or false");

const PREFIX = "known-good.dev/";

export type AnnotatedDeployment = {
  source: string;
  namespace: string;
  name: string;
  annotations: Record<string, string>;
};

/** Names of the only source of each kind, used when an annotation doesn't name one. */
export type DefaultSources = { code: string | null; flags: string | null; signals: string | null };

/**
 * The Service that a Deployment declares by annotations `known-good.dev/…`, or null when it declares none:
 * `service` (its name), `title`, `team`, `repository` ("owner/name"), `repository-paths`,
 * `repository-branch`, `migrations`, `flags-project`, `flags-environment`, `flags-keys`, `signal-query`,
 * `signal-title`, `signal-unit`, `signal-threshold`, `signal-harm-when`, `signal-verify-seconds`,
 * `depends-on`, `drills` (true or false), and `repository-source`, `flags-source`, `signal-source` where
 * there are several. Lists are comma-separated. Throws ZodError for values that make no sense.
 */
export function readAnnotations(
  deployment: AnnotatedDeployment,
  defaults: DefaultSources,
): Service | null {
  const read = (key: string) => deployment.annotations[PREFIX + key]?.trim() || undefined;
  const list = (key: string) =>
    (read(key) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean);
  const name = ServiceName.optional().parse(read("service"));
  if (!name) return null;
  const repositorySource = read("repository-source") ?? defaults.code;
  const flagsSource = read("flags-source") ?? defaults.flags;
  const signalSource = read("signal-source") ?? defaults.signals;
  const repository = read("repository");
  const project = read("flags-project");
  const query = read("signal-query");
  return Service.parse({
    name,
    title: read("title") ?? name,
    team: read("team") ?? null,
    deployments: [
      { source: deployment.source, namespace: deployment.namespace, name: deployment.name },
    ],
    repository:
      repository && repositorySource
        ? {
            source: repositorySource,
            name: repository,
            branch: read("repository-branch") ?? "main",
            paths: list("repository-paths"),
            migrations: list("migrations"),
          }
        : null,
    flags:
      project && flagsSource
        ? {
            source: flagsSource,
            project,
            environment: read("flags-environment") ?? "production",
            ...(read("flags-keys") ? { keys: list("flags-keys") } : {}),
          }
        : null,
    signal:
      query && signalSource
        ? {
            source: signalSource,
            title: read("signal-title") ?? `Signal of ${name}`,
            query,
            unit: read("signal-unit") ?? "ratio",
            threshold: Number(read("signal-threshold") ?? Number.NaN),
            harmWhen: read("signal-harm-when") ?? "above",
            verifyForSeconds: Number(read("signal-verify-seconds") ?? 180),
          }
        : null,
    dependsOn: list("depends-on"),
    mayBeDrilled: Drills.parse(read("drills") ?? "false") === "true",
    origin: "discovered",
  });
}
