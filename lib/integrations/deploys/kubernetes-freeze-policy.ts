import * as z from "zod";
import { errorOfStatus, statusOf, unreadable } from "./kubernetes-errors";
import type { Transport } from "./kubernetes-transport";

/** The policy that an administrator installs once, and its binding: deploy/kubernetes/freeze-policy.yaml. */
export const FREEZE_POLICY = "known-good-freeze";
/** A freeze's parameters are found by this label; its value is the freeze's id. */
export const FREEZE_LABEL = "known-good.dev/freeze";

const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const INSTALL = ["kubectl apply -f deploy/kubernetes/freeze-policy.yaml"];

const Policy = z.object({
  spec: z.object({
    paramKind: z.object({ apiVersion: z.string(), kind: z.string() }).nullish(),
    failurePolicy: z.string().nullish(),
  }),
  status: z
    .object({
      typeChecking: z
        .object({ expressionWarnings: z.array(z.object({ warning: z.string() })).nullish() })
        .nullish(),
    })
    .nullish(),
});
const Binding = z.object({
  spec: z.object({
    policyName: z.string(),
    validationActions: z.array(z.string()).nullish(),
    paramRef: z.object({}).nullish(),
  }),
});

/** Why the cluster doesn't enforce freezes, who can change that, and how. */
export type NotEnforced = { because: string; who: string; commands: string[] };

/**
 * Null when the freeze policy is installed and refuses what it should; otherwise why it doesn't. Throws
 * SourceError when there is no answer.
 */
export async function whyNotEnforced(transport: Transport): Promise<NotEnforced | null> {
  const [policy, binding] = await Promise.all([
    read(transport, "validatingadmissionpolicies", Policy),
    read(transport, "validatingadmissionpolicybindings", Binding),
  ]);
  if ("not" in policy) return policy.not;
  if ("not" in binding) return binding.not;
  const { spec, status } = policy.found;
  const mistake = status?.typeChecking?.expressionWarnings?.[0]?.warning;
  if (mistake) {
    return broken(`The freeze policy has mistakes in this cluster: ${mistake.split("\n")[0]}`);
  }
  if (spec.paramKind?.kind !== "ConfigMap" || spec.failurePolicy === "Ignore") {
    return broken("The freeze policy of this cluster isn’t the one that Known Good ships.");
  }
  const { policyName, validationActions, paramRef } = binding.found.spec;
  if (policyName !== FREEZE_POLICY || !paramRef) {
    return broken("The binding of the freeze policy isn’t the one that Known Good ships.");
  }
  if (!validationActions?.includes("Deny")) {
    return broken("The freeze policy of this cluster only warns: its binding doesn’t say Deny.");
  }
  return null;
}

async function read<T>(
  transport: Transport,
  plural: string,
  schema: z.ZodType<T>,
): Promise<{ found: T } | { not: NotEnforced }> {
  const path = `${ADMISSION}/${plural}/${FREEZE_POLICY}`;
  const answer = await transport.send({ method: "GET", path });
  if (answer.status === 200) {
    const found = schema.safeParse(answer.body);
    if (!found.success) throw unreadable("the freeze policy", found.error);
    return { found: found.data };
  }
  if (answer.status === 404 && statusOf(answer).message.includes(`"${FREEZE_POLICY}" not found`)) {
    return { not: broken("The freeze policy isn’t installed in this cluster.") };
  }
  if (answer.status === 404) {
    const because =
      "This cluster doesn’t serve ValidatingAdmissionPolicy v1, which Kubernetes has since 1.30.";
    return { not: { because, who: "a cluster admin", commands: [] } };
  }
  if (answer.status === 403) {
    const because =
      "Known Good may not read the freeze policy, so it can’t tell whether a freeze would be enforced.";
    return { not: broken(because) };
  }
  throw errorOfStatus(answer);
}

function broken(because: string): NotEnforced {
  return { because, who: "a cluster admin, who installs the policy once", commands: INSTALL };
}
