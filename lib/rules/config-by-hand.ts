import type { ConfigDetails } from "@/lib/contracts/change";
import type { Blocker } from "@/lib/contracts/lever";
import { keysInWords } from "./config-changes";

/**
 * Nothing puts a ConfigMap or Secret back by itself: the cluster keeps no history of them and we keep no
 * values. Who does it, and by which commands. `at` is when it changed, ISO 8601.
 */
export function configByHand(details: ConfigDetails, at: string): Blocker {
  const { namespace, object, keys, deployments = [], action = "changed" } = details;
  const [kind = "", name = ""] = object.split("/");
  const resource = kind.toLowerCase();
  const back = action === "changed" ? `put ${keysInWords(keys)} back` : `bring it back`;
  const how = action === "created" ? "take it away" : back;
  const restarts = details.noticed !== "while-running" && action !== "deleted";
  const pods = keysInWords(deployments.map((one) => `${one}’s`));
  const then = restarts && pods ? `, then restart ${pods} pods, which read it when they start` : "";
  const since = new Date(Date.parse(at) - 24 * 3_600_000).toISOString().slice(0, 19);
  return {
    code: "config-by-hand",
    sentence: `No revision holds ${kind} ${name}: ${how} where its manifest is kept${then}.`,
    who: "whoever keeps its manifest",
    commands: [
      `git log --patch --since=${since}Z -S${name}`,
      action === "deleted"
        ? `kubectl get ${resource} --namespace ${namespace}`
        : `kubectl edit ${resource} ${name} --namespace ${namespace}`,
      ...(restarts
        ? deployments.map(
            (one) => `kubectl rollout restart deployment/${one} --namespace ${namespace}`,
          )
        : []),
    ],
  };
}
