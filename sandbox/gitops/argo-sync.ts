import { kubeTime } from "../kubernetes/kube-object.ts";
import { type Application, automatedOf, type OperationState } from "./argo-application.ts";
import { applyManifest, type Comparison, resourceStates, stateOf } from "./argo-comparison.ts";
import type { KubeClient, KubeObject } from "./kube-client.ts";

export type NextSync = {
  /** Milliseconds from now; 0 or less: now. */
  inMs: number;
  /** Takes a difference back, at a commit that was synced already. */
  isSelfHeal: boolean;
  /** How often this commit was tried before. */
  retryCount: number;
  initiatedBy: { automated?: boolean; username?: string };
  prune: boolean;
};

const RETRIES = 5;
const LONGEST_BACKOFF_MS = 180_000;

/**
 * Whether and when an application is to be synced: at once when somebody asked or the commit is new,
 * after a while when it heals itself, again and again after longer whiles when that fails.
 */
export function nextSync(
  app: Application,
  compared: Comparison,
  at: {
    /** Since when something differs from git. */
    driftSinceMs: number | null;
    /** When a sync ended last, as far as this process knows. */
    triedAtMs: number | null;
    nowMs: number;
    selfHealMs: number;
  },
): NextSync | null {
  const asked = app.operation?.sync;
  if (asked) {
    return {
      inMs: 0,
      isSelfHeal: false,
      retryCount: 0,
      initiatedBy: { username: app.operation?.initiatedBy?.username ?? "admin" },
      prune: asked.prune ?? false,
    };
  }
  const automated = automatedOf(app);
  if (!automated || resourceStates(compared).every((one) => one.status === "Synced")) return null;
  const prune = automated.prune ?? false;
  // What may not be pruned stays out of sync, and no sync changes that.
  if (!prune && compared.objects.every((one) => one.patch === null)) return null;
  const auto = { initiatedBy: { automated: true }, prune };
  const last = app.status?.operationState;
  if (last?.syncResult.revision !== compared.revision) {
    return { ...auto, inMs: 0, isSelfHeal: false, retryCount: 0 };
  }
  const selfHeal = automated.selfHeal ?? false;
  if (last.phase === "Failed") {
    const retryCount = (last.retryCount ?? 0) + 1;
    if (!selfHeal && retryCount > (app.spec.syncPolicy?.retry?.limit ?? RETRIES)) return null;
    const backoff = Math.min(at.selfHealMs * 2 ** (retryCount - 1), LONGEST_BACKOFF_MS);
    const inMs = (at.triedAtMs ?? Date.parse(last.finishedAt)) + backoff - at.nowMs;
    const isSelfHeal = app.status?.history?.at(-1)?.revision === compared.revision;
    return { ...auto, inMs, isSelfHeal, retryCount };
  }
  if (!selfHeal) return null;
  const inMs = (at.driftSinceMs ?? at.nowMs) + at.selfHealMs - at.nowMs;
  return { ...auto, inMs, isSelfHeal: true, retryCount: 0 };
}

/** Carries a sync out, object by object; what the server refuses is told in its words. */
export async function syncApplication(
  app: Application,
  compared: Comparison,
  next: NextSync,
  {
    client,
    now,
    report,
  }: { client: KubeClient; now: () => number; report: (text: string) => void },
): Promise<OperationState> {
  const startedAt = kubeTime(now());
  const { revision, objects, surplus } = compared;
  type Result = OperationState["syncResult"]["resources"][number];
  const carriedOut = async (
    object: KubeObject,
    status: "Synced" | "Pruned",
    act: () => Promise<void>,
  ): Promise<Result> => {
    const result = { ...stateOf(object), hookPhase: "Succeeded", syncPhase: "Sync" };
    try {
      await act();
      const done = status === "Pruned" ? "pruned" : "configured";
      const { group, kind, name } = result;
      const title = `${kind.toLowerCase()}${group && `.${group}`}/${name} ${done}`;
      return { ...result, status, message: title };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...result, hookPhase: "Failed", status: "SyncFailed", message };
    }
  };
  const resources: Result[] = [];
  for (const one of objects) {
    if (next.isSelfHeal && !one.patch) continue;
    resources.push(await carriedOut(one.wanted, "Synced", () => applyManifest(client, one)));
  }
  for (const object of next.prune ? surplus : []) {
    resources.push(await carriedOut(object, "Pruned", () => client.delete(object)));
  }
  const refused = resources.filter((one) => one.status === "SyncFailed");
  const reasons = refused.map((one) => one.message).join(",");
  const times = next.retryCount > 0 ? ` (retried ${next.retryCount} times).` : "";
  const { name } = app.metadata;
  if (refused.length > 0) report(`Argo CD couldn’t sync ${name}: ${reasons}`);
  else if (next.isSelfHeal) report(`Argo CD put ${name} back to what git declares.`);
  else report(`Argo CD synced ${name} to ${revision.slice(0, 7)}.`);
  return {
    operation: {
      sync: { revision, ...(next.prune && { prune: true }) },
      initiatedBy: next.initiatedBy,
    },
    phase: refused.length > 0 ? "Failed" : "Succeeded",
    message:
      refused.length > 0
        ? `one or more objects failed to apply, reason: ${reasons}${times}`
        : "successfully synced (all tasks run)",
    startedAt,
    finishedAt: kubeTime(now()),
    ...(next.retryCount > 0 && { retryCount: next.retryCount }),
    syncResult: { revision, source: app.spec.source, resources },
  };
}
