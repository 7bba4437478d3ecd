import { createHash } from "node:crypto";
import { kubeTime } from "../kubernetes/kube-object.ts";
import {
  conditionOf,
  durationMs,
  type GitRepository,
  keyOf,
  REQUESTED_AT,
  readKey,
  SOURCE,
  writeStatus,
} from "./flux-objects.ts";
import type { GitSource } from "./git-source.ts";
import type { KubeClient } from "./kube-client.ts";
import { Loop } from "./loop.ts";

/** Flux's source controller: offers the newest commit of each GitRepository's branch to the others. */
export class SourceController {
  readonly #options: { client: KubeClient; git: GitSource; now: () => number };
  readonly #loop = new Loop((key) => this.#reconcile(key));
  readonly #known = new Set<string>();
  readonly #off: () => void;

  constructor(options: { client: KubeClient; git: GitSource; now: () => number }) {
    this.#options = options;
    options.client.watch(SOURCE, "GitRepository", (object) => {
      this.#known.add(keyOf(object));
      this.#loop.wake(keyOf(object));
    });
    // A receiver is told of pushes.
    this.#off = options.git.onPush(() => {
      for (const key of this.#known) this.#loop.wake(key);
    });
  }

  stop(): void {
    this.#off();
    this.#loop.stop();
    this.#options.client.stop();
  }

  async #reconcile(key: string): Promise<void> {
    const { client, git, now } = this.#options;
    const source = await readKey<GitRepository>(client, SOURCE, "GitRepository", key);
    if (!source || source.spec.suspend) return;
    this.#loop.wakeAfter(key, durationMs(source.spec.interval));
    const branch = source.spec.ref?.branch ?? "master";
    const commit = await git.head(branch);
    const before = source.status;
    const revision = `${branch}@sha1:${commit}`;
    const told = commit
      ? {
          status: "True" as const,
          reason: "Succeeded",
          message: `stored artifact for revision '${revision}'`,
        }
      : {
          status: "False" as const,
          reason: "GitOperationFailed",
          message: `failed to checkout and determine revision: couldn't find remote ref "refs/heads/${branch}"`,
        };
    const { generation } = source.metadata;
    const isNew = commit && before?.artifact?.revision !== revision;
    await writeStatus(client, source, {
      observedGeneration: generation,
      lastHandledReconcileAt: source.metadata.annotations?.[REQUESTED_AT],
      conditions: [
        conditionOf(
          before?.conditions,
          { type: "Ready", ...told, observedGeneration: generation },
          now(),
        ),
      ],
      ...(isNew && {
        artifact: {
          revision,
          digest: `sha256:${createHash("sha256").update(commit).digest("hex")}`,
          path: `gitrepository/${key}/${commit}.tar.gz`,
          url: `http://source-controller.flux-system.svc.cluster.local./gitrepository/${key}/${commit}.tar.gz`,
          lastUpdateTime: kubeTime(now()),
        },
      }),
    });
  }
}
