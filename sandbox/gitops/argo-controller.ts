import { kubeTime } from "../kubernetes/kube-object.ts";
import {
  type Application,
  type ApplicationStatus,
  ARGO,
  overallHealth,
  REFRESH,
  SKIP_RECONCILE,
  TRACKING_ID,
} from "./argo-application.ts";
import { type Comparison, compare, resourceStates } from "./argo-comparison.ts";
import { nextSync, syncApplication } from "./argo-sync.ts";
import type { GitSource } from "./git-source.ts";
import type { KubeClient } from "./kube-client.ts";
import { Loop } from "./loop.ts";
import { replacement } from "./three-way-patch.ts";

export type ArgoOptions = {
  client: KubeClient;
  git: GitSource;
  /** How long a difference is left alone before it is taken back; Argo CD's is five seconds. */
  selfHealMs: number;
  /** How often git is asked without being told of a push; Argo CD's is two minutes. */
  pollMs: number;
  now: () => number;
  report: (sentence: string) => void;
};

/**
 * Argo CD's application controller: compares what each Application declares in git with the cluster,
 * syncs a new commit once, and takes differences back where the Application heals itself.
 */
export class ArgoController {
  readonly #options: ArgoOptions;
  readonly #loop: Loop;
  readonly #known = new Set<string>();
  /** Since when an application's objects differ from git, by its key. */
  readonly #drift = new Map<string, number>();
  readonly #triedAt = new Map<string, number>();
  readonly #off: () => void;

  constructor(options: ArgoOptions) {
    this.#options = options;
    this.#loop = new Loop((key) => this.#reconcile(key));
    const { client, git } = options;
    client.watch(ARGO, "Application", ({ metadata }) => {
      const key = `${metadata.namespace}/${metadata.name}`;
      this.#known.add(key);
      this.#loop.wake(key);
      this.#wakeOwner(metadata.annotations);
    });
    client.watch("apps/v1", "Deployment", ({ metadata }) => this.#wakeOwner(metadata.annotations));
    this.#off = git.onPush(() => {
      for (const key of this.#known) this.#loop.wake(key);
    });
  }

  stop(): void {
    this.#off();
    this.#loop.stop();
    this.#options.client.stop();
  }

  #wakeOwner(annotations: Record<string, string> = {}): void {
    const app = annotations[TRACKING_ID]?.split(":")[0];
    for (const key of this.#known) if (key.endsWith(`/${app}`)) this.#loop.wake(key);
  }

  async #reconcile(key: string): Promise<void> {
    const { client, git, pollMs, now } = this.#options;
    const [namespace = "", name = ""] = key.split("/");
    const app = await client.get<Application>({
      ...{ apiVersion: ARGO, kind: "Application" },
      metadata: { namespace, name },
    });
    if (!app || app.metadata.deletionTimestamp) {
      this.#known.delete(key);
      this.#drift.delete(key);
      return;
    }
    if (app.metadata.annotations?.[SKIP_RECONCILE] === "true") {
      this.#drift.delete(key);
      return;
    }
    this.#loop.wakeAfter(key, pollMs);
    let compared: Comparison;
    try {
      compared = await compare(app, git, client);
    } catch (error) {
      await this.#write(app, unknownStatus(app, error, kubeTime(now())));
      return;
    }
    if (resourceStates(compared).every((one) => one.status === "Synced")) this.#drift.delete(key);
    else if (!this.#drift.has(key)) this.#drift.set(key, now());
    const next = nextSync(app, compared, {
      driftSinceMs: this.#drift.get(key) ?? null,
      triedAtMs: this.#triedAt.get(key) ?? null,
      nowMs: now(),
      selfHealMs: this.#options.selfHealMs,
    });
    if (next && next.inMs <= 0) {
      const operationState = await syncApplication(app, compared, next, this.#options);
      this.#drift.delete(key);
      this.#triedAt.set(key, now());
      const after = await compare(app, git, client);
      const history = historyAfter(app, operationState, next.isSelfHeal);
      await this.#write(app, {
        ...statusOf(app, after, kubeTime(now())),
        operationState,
        history,
        conditions: operationState.phase === "Failed" ? failed(operationState) : null,
      });
      if (operationState.phase === "Failed") this.#loop.wake(key);
      return;
    }
    if (next) this.#loop.wakeAfter(key, next.inMs);
    await this.#write(app, statusOf(app, compared, kubeTime(now())));
  }

  /** Writes the status when it says something new; what was asked for is taken away with it. */
  async #write(app: Application, status: ApplicationStatus): Promise<void> {
    const refreshed = app.metadata.annotations?.[REFRESH] !== undefined;
    const { reconciledAt: _before, ...before } = app.status ?? {};
    const { reconciledAt, ...after } = status;
    const change = replacement(before, { ...before, ...after });
    if (Object.keys(change).length === 0 && !refreshed && !app.operation) return;
    await this.#options.client.patch(app, "merge", {
      ...(refreshed && { metadata: { annotations: { [REFRESH]: null } } }),
      ...(app.operation && { operation: null }),
      status: { ...change, reconciledAt },
    });
  }
}

function statusOf(app: Application, compared: Comparison, at: string): ApplicationStatus {
  const { source, destination } = app.spec;
  const resources = resourceStates(compared);
  const isSynced = resources.every((one) => one.status === "Synced");
  const images = compared.objects.flatMap(({ live }) => imagesOf(live));
  const conditions = app.status?.conditions?.filter((one) => one.type === "SyncError");
  return {
    sync: {
      status: isSynced ? "Synced" : "OutOfSync",
      revision: compared.revision,
      comparedTo: { source, destination },
    },
    health: { status: overallHealth(resources.map((one) => one.health?.status)) },
    resources,
    sourceType: "Directory",
    ...(images.length > 0 && { summary: { images } }),
    reconciledAt: at,
    conditions: !isSynced && conditions?.length ? conditions : null,
  };
}

function imagesOf(live: object | null): string[] {
  const { spec } = (live ?? {}) as {
    spec?: { template?: { spec?: { containers?: { image?: string }[] } } };
  };
  return (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => (image ? [image] : []));
}

function unknownStatus(app: Application, error: unknown, at: string): ApplicationStatus {
  const message = `Failed to load target state: ${error instanceof Error ? error.message : String(error)}`;
  const known = app.status?.conditions?.find((one) => one.message === message);
  const { source, destination } = app.spec;
  return {
    sync: { status: "Unknown", comparedTo: { source, destination } },
    health: app.status?.health ?? { status: "Unknown" },
    reconciledAt: at,
    conditions: [known ?? { type: "ComparisonError", message, lastTransitionTime: at }],
  };
}

const HISTORY_KEPT = 10;

/** A sync of a commit is history; taking single objects back is not. */
function historyAfter(
  app: Application,
  state: NonNullable<ApplicationStatus["operationState"]>,
  isSelfHeal: boolean,
) {
  const history = app.status?.history ?? [];
  if (state.phase !== "Succeeded" || isSelfHeal) return history;
  const entry = {
    id: (history.at(-1)?.id ?? -1) + 1,
    revision: state.syncResult.revision,
    deployStartedAt: state.startedAt,
    deployedAt: state.finishedAt,
    source: state.syncResult.source,
    initiatedBy: state.operation.initiatedBy,
  };
  return [...history, entry].slice(-HISTORY_KEPT);
}

function failed(state: NonNullable<ApplicationStatus["operationState"]>) {
  const message = `Failed sync attempt to ${state.syncResult.revision}: ${state.message}`;
  return [{ type: "SyncError", message, lastTransitionTime: state.finishedAt }];
}
