import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";
import { kubeTime } from "../kubernetes/kube-object.ts";
import {
  conditionOf,
  durationMs,
  HELM,
  type HelmRelease,
  type HelmSnapshot,
  keyOf,
  REQUESTED_AT,
  readKey,
  SOURCE,
  sourceRevision,
  writeStatus,
} from "./flux-objects.ts";
import type { GitSource } from "./git-source.ts";
import { type Chart, readChart, renderChart } from "./helm-chart.ts";
import { readRelease, releaseSecret, releaseSecretName } from "./helm-release-secret.ts";
import { type KubeClient, type KubeObject, resourceOf, type Tree } from "./kube-client.ts";
import { Loop } from "./loop.ts";
import { marked } from "./manifests.ts";
import { threeWayPatch } from "./three-way-patch.ts";

type Options = {
  client: KubeClient;
  git: GitSource;
  now: () => number;
  report: (sentence: string) => void;
};

const HISTORY_KEPT = 5;

/**
 * Flux's helm controller: installs and upgrades the release that a HelmRelease declares when its chart
 * or values change. What others changed in the cluster it takes back only where drift detection is
 * enabled, and nothing at all while it is suspended.
 */
export class HelmController {
  readonly #options: Options;
  readonly #loop: Loop;
  readonly #known = new Map<string, HelmRelease>();

  constructor(options: Options) {
    this.#options = options;
    this.#loop = new Loop((key) => this.#reconcile(key));
    options.client.watch(HELM, "HelmRelease", (object) => {
      this.#known.set(keyOf(object), object as HelmRelease);
      this.#loop.wake(keyOf(object));
    });
    options.client.watch(SOURCE, "GitRepository", () => {
      for (const key of this.#known.keys()) this.#loop.wake(key);
    });
  }

  stop(): void {
    this.#loop.stop();
    this.#options.client.stop();
  }

  async #reconcile(key: string): Promise<void> {
    const { client, git } = this.#options;
    const release = await readKey<HelmRelease>(client, HELM, "HelmRelease", key);
    if (!release) this.#known.delete(key);
    if (!release || release.spec.suspend) return;
    const { spec, status } = release;
    const source = await sourceRevision(client, release, spec.chart.spec.sourceRef);
    if (!source) return this.#loop.wakeAfter(key, 1_000);
    const intervalMs = durationMs(spec.interval);
    this.#loop.wakeAfter(key, intervalMs);
    const chart = readChart(await git.files(source.commit, spec.chart.spec.chart));
    const digest = digestOf(spec.values ?? {});
    const [latest] = status?.history ?? [];
    const isSame = latest?.configDigest === digest && latest.chartVersion === chart.version;
    if (isSame && latest.status === "deployed") return this.#correctDrift(release, chart);
    const isRetry =
      isSame &&
      status?.observedGeneration === release.metadata.generation &&
      status?.lastHandledReconcileAt === release.metadata.annotations?.[REQUESTED_AT];
    const retries = spec.upgrade?.remediation?.retries ?? 0;
    const tries = isRetry ? (status?.upgradeFailures ?? 1) : 0;
    if (isRetry && retries >= 0 && tries > retries) return;
    const leftMs = isRetry ? Date.parse(latest.lastDeployed) + intervalMs - this.#options.now() : 0;
    if (leftMs > 0) return this.#loop.wakeAfter(key, leftMs);
    await this.#upgrade(release, chart, digest, tries);
  }

  /** The objects a release declares, marked as Helm and Flux mark them. */
  #objects(release: HelmRelease, chart: Chart): KubeObject[] {
    const { name, namespace } = releaseOf(release);
    const labels = {
      "helm.toolkit.fluxcd.io/name": release.metadata.name,
      "helm.toolkit.fluxcd.io/namespace": release.metadata.namespace ?? "",
    };
    const values = release.spec.values ?? {};
    return renderChart(chart, { name, namespace, values }).map((one) => marked(one, { labels }));
  }

  async #upgrade(release: HelmRelease, chart: Chart, digest: string, tries: number): Promise<void> {
    const { client, now, report } = this.#options;
    const { name, namespace, storage } = releaseOf(release);
    const history = release.status?.history ?? [];
    const version = (history[0]?.version ?? 0) + 1;
    const deployed = history.find((one) => one.status === "deployed");
    const act = deployed ? "upgrade" : "install";
    const chartTitle = `${chart.name}@${chart.version}`;
    let objects: KubeObject[] = [];
    let problem: string | null = null;
    try {
      objects = this.#objects(release, chart);
      const before = deployed ? await this.#applied(storage, name, deployed.version) : [];
      for (const object of objects) await this.#applyOne(object, before);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      problem = `Helm ${act} failed for release ${namespace}/${name} with chart ${chartTitle}: ${said}`;
    }
    const at = kubeTime(now());
    const state = problem ? "failed" : "deployed";
    const snapshot: HelmSnapshot = {
      ...{ name, namespace, version, chartName: chart.name, chartVersion: chart.version },
      configDigest: digest,
      firstDeployed: history.at(-1)?.firstDeployed ?? at,
      lastDeployed: at,
      status: state,
    };
    await client.create(
      releaseSecret(
        {
          ...snapshot,
          description: problem ?? (deployed ? "Upgrade complete" : "Install complete"),
          values: release.spec.values ?? {},
          objects,
        },
        storage,
      ),
    );
    if (problem) report(problem);
    else report(`Helm ${deployed ? "upgraded" : "installed"} ${name} to revision ${version}.`);
    const older = history.map((one) =>
      !problem && one.status === "deployed" ? { ...one, status: "superseded" as const } : one,
    );
    const past = deployed ? "Upgrade" : "Install";
    const message =
      problem ??
      `Helm ${act} succeeded for release ${namespace}/${name}.v${version} with chart ${chartTitle}`;
    const outcome = {
      status: problem ? ("False" as const) : ("True" as const),
      reason: `${past}${problem ? "Failed" : "Succeeded"}`,
      message,
      observedGeneration: release.metadata.generation,
    };
    const conditions = ["Ready", "Released"].map((type) =>
      conditionOf(release.status?.conditions, { type, ...outcome }, now()),
    );
    await writeStatus(client, release, {
      observedGeneration: release.metadata.generation,
      lastHandledReconcileAt: release.metadata.annotations?.[REQUESTED_AT],
      lastAttemptedRevision: chart.version,
      lastAttemptedConfigDigest: digest,
      upgradeFailures: problem ? tries + 1 : null,
      history: [snapshot, ...older].slice(0, HISTORY_KEPT),
      conditions,
    });
  }

  /** What an earlier revision of a release declared; nothing when it can't be read any more. */
  async #applied(storage: string, name: string, version: number): Promise<KubeObject[]> {
    const metadata = { namespace: storage, name: releaseSecretName(name, version) };
    const secret = await this.#options.client.get({ apiVersion: "v1", kind: "Secret", metadata });
    const data = secret?.data as { release?: string } | undefined;
    if (!data?.release) return [];
    const { manifest } = readRelease(data.release);
    return parseAllDocuments(String(manifest)).map((one) => one.toJS() as KubeObject);
  }

  async #applyOne(wanted: KubeObject, before: KubeObject[]): Promise<boolean> {
    const { client } = this.#options;
    const live = await client.get(wanted);
    if (!live) {
      await client.create(wanted);
      return true;
    }
    const { kind, metadata } = wanted;
    const last = before.find((one) => one.kind === kind && one.metadata.name === metadata.name);
    const patch = threeWayPatch((last as Tree | undefined) ?? null, wanted, live);
    if (Object.keys(patch).length === 0) return false;
    try {
      await client.patch(wanted, resourceOf(wanted).custom ? "merge" : "strategic-merge", patch);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot patch "${metadata.name}" with kind ${kind}: ${said}`);
    }
    return true;
  }

  async #correctDrift(release: HelmRelease, chart: Chart): Promise<void> {
    const { client, report } = this.#options;
    if (release.spec.driftDetection?.mode !== "enabled") return;
    const changed: string[] = [];
    for (const object of this.#objects(release, chart)) {
      const live = await client.get(object);
      const isSame = live && Object.keys(threeWayPatch(null, object, live)).length === 0;
      if (isSame) continue;
      if (await this.#applyOne(object, [])) changed.push(object.metadata.name);
    }
    if (changed.length > 0)
      report(`Flux took back what differed from its release: ${changed.join(", ")}.`);
  }
}

function releaseOf({ metadata, spec }: HelmRelease) {
  const own = metadata.namespace ?? "default";
  const target = spec.targetNamespace;
  return {
    name: spec.releaseName ?? (target ? `${target}-${metadata.name}` : metadata.name),
    namespace: target ?? own,
    storage: spec.storageNamespace ?? own,
  };
}

function digestOf(values: Tree): string {
  return `sha256:${createHash("sha256")
    .update(JSON.stringify(sorted(values)))
    .digest("hex")}`;
}

/** The same value with its keys in order: the API may answer them in another. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
