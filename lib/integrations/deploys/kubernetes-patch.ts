import type { Blocker } from "@/lib/contracts/lever";
import type { DeploymentName, PodTemplate } from "@/lib/integrations/deploy-source";
import { statusOf } from "./kubernetes-errors";
import { FREEZE_POLICY } from "./kubernetes-freeze-policy";
import { CHANGE_CAUSE, RESTORATION } from "./kubernetes-observe";
import { withoutHashLabel } from "./kubernetes-template";
import type { Answer, Call } from "./kubernetes-transport";

export type RollbackPatch = {
  uid: string;
  /** The template that must still be live, exactly as the cluster gave it. */
  seen: PodTemplate;
  to: PodTemplate;
  changeCause: string;
  restorationId: string;
  /** Set when the Deployment has no annotations at all: then the whole map is added, guarded by this. */
  bareVersion?: string;
};

/**
 * The one JSON Patch of a rollback: it tests what was seen and replaces the Pod template in a single
 * step, and leaves every other field and annotation alone.
 */
export function rollbackCall(
  { namespace, name }: DeploymentName,
  patch: RollbackPatch,
  options: { dryRun: boolean },
): Call {
  const annotations = {
    [CHANGE_CAUSE]: patch.changeCause,
    [RESTORATION]: patch.restorationId,
  };
  const marks =
    patch.bareVersion === undefined
      ? Object.entries(annotations).map(([key, value]) => ({
          op: "add",
          path: `/metadata/annotations/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
          value,
        }))
      : [
          { op: "test", path: "/metadata/resourceVersion", value: patch.bareVersion },
          { op: "add", path: "/metadata/annotations", value: annotations },
        ];
  return {
    method: "PATCH",
    path: `${deploymentPath({ namespace, name })}?fieldManager=known-good${options.dryRun ? "&dryRun=All" : ""}`,
    contentType: "application/json-patch+json",
    mutates: !options.dryRun,
    body: [
      { op: "test", path: "/metadata/uid", value: patch.uid },
      { op: "test", path: "/spec/template", value: patch.seen },
      { op: "replace", path: "/spec/template", value: withoutHashLabel(patch.to) },
      ...marks,
    ],
  };
}

export function deploymentPath({ namespace, name }: DeploymentName): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${encodeURIComponent(name)}`;
}

/** A failed `test` is told as a 422 without a reason; the others name a policy or a field. */
export function isFailedTest(answer: Answer): boolean {
  if (answer.status !== 422) return false;
  const { details } = statusOf(answer);
  return (details?.causes ?? []).length === 0;
}

/** Why the cluster doesn't take the patch, or null when its answer is no refusal of this patch. */
export function refusalOf(answer: Answer, { namespace, name }: DeploymentName): Blocker | null {
  const { message, details } = statusOf(answer);
  const causes = details?.causes ?? [];
  const policy = causes.find((one) => one.message !== "" && one.field === "")?.message;
  const said = policy ?? message;
  const isPolicy = /^ValidatingAdmissionPolicy |\badmission webhook .* denied\b/.test(said);
  const blocker = (
    code: string,
    sentence: string,
    who: string | null,
    commands: string[] = [],
  ) => ({
    code,
    sentence,
    who,
    commands,
  });
  if (isPolicy || (answer.status === 422 && policy)) {
    const told = said.replace(/^.*?denied (the )?request: /, "");
    const named = /ValidatingAdmissionPolicy '([^']+)'|admission webhook "([^"]+)"/.exec(said);
    const by = named?.[1] ?? named?.[2];
    if (by === FREEZE_POLICY) {
      const sentence = `A freeze holds ${name} against this rollback: ${told}`;
      const who = "a responder in the Known Good that froze it, who can let it through or thaw it";
      return blocker("frozen", sentence, who);
    }
    const which = by ? `The cluster's policy ${by}` : "A policy of the cluster";
    const sentence = `${which} refuses this rollback: ${told}`;
    return blocker("policy", sentence, by ? `whoever owns the policy ${by}` : "a cluster admin");
  }
  switch (answer.status) {
    case 403:
      return blocker(
        "permission",
        `Known Good may not patch Deployment ${name} in ${namespace}. The cluster says: ${message}`,
        "a cluster admin",
        [`kubectl auth can-i patch deployments.apps/${name} --namespace ${namespace}`],
      );
    case 404:
      return blocker(
        "gone",
        `Deployment ${name} no longer exists in ${namespace}.`,
        "whoever deleted it",
      );
    case 422: {
      const fields = causes.map((one) => `${one.field}: ${one.message}`).join("; ");
      return blocker(
        "invalid-template",
        `The cluster no longer accepts this old template: ${fields || message}`,
        "the team that owns it",
      );
    }
    default:
      return null;
  }
}
