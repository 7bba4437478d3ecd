import type { Blocker, Warning } from "@/lib/contracts/lever";
import type {
  DeploymentName,
  DeploySource,
  ObservedDeployment,
  PodTemplate,
} from "@/lib/integrations/deploy-source";
import { driftFromApplied, readApplied } from "@/lib/rules/config-drift";
import { mayDo } from "./kubernetes-access";
import { autoscalerFacts, readAutoscaler } from "./kubernetes-autoscaler";
import { errorOfStatus } from "./kubernetes-errors";
import { CHANGE_CAUSE, imagesOf, RESTORATION } from "./kubernetes-observe";
import { isFailedTest, refusalOf, rollbackCall } from "./kubernetes-patch";
import type { FreshRead } from "./kubernetes-rollback";
import { hashTemplate } from "./kubernetes-template";
import type { Transport } from "./kubernetes-transport";

type Preview = Awaited<ReturnType<DeploySource["previewRollback"]>>;

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What stands in the way of returning to `template`, asked of the cluster just now. */
export async function previewRollback(
  transport: Transport,
  readFresh: FreshRead,
  deployment: DeploymentName,
  template: PodTemplate,
): Promise<Preview> {
  const [{ live, isBare, resourceVersion }, mayPatch, autoscaler] = await Promise.all([
    readFresh(deployment),
    mayDo(transport, {
      verb: "patch",
      group: "apps",
      resource: "deployments",
      namespace: deployment.namespace,
      name: deployment.name,
    }),
    readAutoscaler(transport, deployment),
  ]);
  const blockers: Blocker[] = [];
  const checks: string[] = [];
  const wanted = hashTemplate(template);
  const byHand = commandFor(live, wanted);

  if (mayPatch) checks.push("Known Good may patch this Deployment.");
  else {
    blockers.push({
      code: "permission",
      sentence: `Known Good may not patch Deployments in ${live.namespace}. Its role needs the verb patch on deployments (apps).`,
      who: "a cluster admin",
      commands: byHand,
    });
  }
  if (live.paused) {
    blockers.push({
      code: "paused",
      sentence: `${live.name} is paused: a rollback would not roll out until it is resumed.`,
      who: "whoever paused it",
      commands: [`kubectl rollout resume deployment/${live.name} --namespace ${live.namespace}`],
    });
  } else checks.push("It is not paused.");
  if (live.templateHash === wanted) {
    const where = live.revision === null ? "on that template" : `on revision ${live.revision}`;
    blockers.push({
      code: "already-there",
      sentence: `${live.name} is already ${where}.`,
      who: null,
      commands: [],
    });
  } else if (mayPatch) {
    const patch = {
      uid: live.uid,
      seen: live.template,
      to: template,
      changeCause: live.annotations[CHANGE_CAUSE] ?? "rollback",
      restorationId: live.annotations[RESTORATION] ?? "dry-run",
      ...(isBare && { bareVersion: resourceVersion }),
    };
    const answer = await transport.send(rollbackCall(deployment, patch, { dryRun: true }));
    if (answer.status === 200) checks.push("The cluster accepted a dry run of this very patch.");
    else {
      const refusal = isFailedTest(answer) ? moving(live) : refusalOf(answer, deployment);
      if (!refusal) throw errorOfStatus(answer);
      blockers.push({ ...refusal, commands: refusal.commands.length > 0 ? refusal.commands : [] });
    }
  }
  const applied = readApplied(live.annotations[LAST_APPLIED] ?? "");
  const scaling = autoscalerFacts(autoscaler, {
    replicas: live.rollout.desired,
    appliedReplicas: applied?.replicas ?? null,
  });
  return {
    live,
    blockers,
    warnings: [...warningsFor(live, template), ...scaling.warnings],
    checks: [...checks, ...scaling.checks],
  };
}

function moving(live: ObservedDeployment): Blocker {
  return {
    code: "changing",
    sentence: `${live.name} changed while it was being checked. It is looked at again in a moment.`,
    who: "whoever is delivering it",
    commands: [],
  };
}

/** The same by hand, while the cluster still has the revision. */
function commandFor(live: ObservedDeployment, wanted: string): string[] {
  const found = live.revisions.findLast((one) => one.templateHash === wanted);
  if (!found) return [];
  return [
    `kubectl rollout undo deployment/${live.name} --namespace ${live.namespace} --to-revision=${found.revision}`,
  ];
}

/** " It isn't as it was last applied: env TIMEOUT_MS 500 → 5000." or nothing. */
function driftInWords(live: ObservedDeployment): string {
  const applied = readApplied(live.annotations[LAST_APPLIED] ?? "");
  const drift = applied ? driftFromApplied(applied, live.template) : [];
  if (drift.length === 0) return "";
  const more = drift.length > 3 ? ` and ${drift.length - 3} more` : "";
  return ` It isn’t as it was last applied: ${drift.slice(0, 3).join("; ")}${more}.`;
}

function warningsFor(live: ObservedDeployment, template: PodTemplate): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, sentence: string, unsafe = false) =>
    warnings.push({ code, sentence, unsafe });
  if (live.annotations[LAST_APPLIED]) {
    warn(
      "last-applied",
      `The record that kubectl apply left on it stays at the newer version: the next apply may not remove what the rollback brings back.${driftInWords(live)}`,
    );
  }
  if (live.rollout.state === "rolling") {
    warn(
      "rolling",
      `A rollout is under way (${live.rollout.sentence}); it is rolled over, not waited for.`,
    );
  }
  const mutable = imagesOf(template).filter(({ image }) =>
    /^[^@]*?(:latest|\/[^:@/]+|^[^:@/]+)$/.test(image),
  );
  if (mutable.length > 0) {
    const names = mutable.map(({ image }) => image).join(", ");
    warn(
      "mutable-image",
      `${names} names no version: what is pulled now may not be what ran then.`,
      true,
    );
  }
  return warnings;
}
