import type { HoldPreview } from "@/lib/contracts/hold";
import { mayDo } from "./kubernetes-access";
import { type HoldContext, whyNotFollowed } from "./kubernetes-delivery-hold";
import { whyNotEnforced } from "./kubernetes-freeze-policy";

/** What writing a freeze's parameters takes. */
const VERBS = ["get", "create", "patch", "delete"];

/** Whether a freeze would hold deliveries into a namespace: the policy denies, and we may write parameters. */
export async function previewDeliveryHold(
  { transport, namespaces }: HoldContext,
  { namespace }: { namespace: string },
): Promise<HoldPreview> {
  const notFollowed = whyNotFollowed(namespaces, namespace);
  if (notFollowed) {
    return { would: "refuse", because: notFollowed, who: "whoever configures Known Good" };
  }
  const [notEnforced, allowed] = await Promise.all([
    whyNotEnforced(transport),
    Promise.all(
      VERBS.map((verb) => mayDo(transport, { verb, group: "", resource: "configmaps", namespace })),
    ),
  ]);
  if (notEnforced) {
    return { would: "refuse", because: notEnforced.because, who: notEnforced.who };
  }
  const missing = VERBS.filter((_, index) => !allowed[index]);
  if (missing.length > 0) {
    const verbs = `${missing.join(", ")} on configmaps`;
    return {
      would: "refuse",
      because: `Known Good may not ${verbs} in ${namespace}, which a freeze is written as.`,
      who: `a cluster admin, who can grant ${verbs} in ${namespace}`,
    };
  }
  return {
    would: "hold",
    sentence: `The policy of ${namespace}’s cluster denies changes of frozen Pods, whoever asks.`,
  };
}
