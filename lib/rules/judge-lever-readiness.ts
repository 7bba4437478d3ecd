import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { ReadinessCell } from "@/lib/contracts/recovery";
import type { Asked, LeverFacts, ReadinessFacts } from "./judge-readiness";
import { blocked, limited, ready, unknown, worstOf } from "./readiness-cell";

/** What is missing is a right of ours, not something in the world. */
const OF_PERMISSION = new Set(["permission", "no-permission", "change-request", "read-only"]);
/** The lever would only do what is so already: it could be pulled. */
const OF_NO_EFFECT = new Set(["unchanged", "already-there"]);

type Judged = Record<"retoggle" | "rollback" | "revert" | "permissions", ReadinessCell>;

/** Whether each lever could be pulled today, and whether we hold the rights for all of them. */
export function judgeLevers(facts: ReadinessFacts): Judged {
  const { service, flags, deploys, code } = facts;
  return {
    retoggle: service.flags
      ? judgeLever(flags, "No flag source is connected.")
      : blocked("No flags are named for this service: there is nothing to retoggle."),
    rollback: judgeRollback(facts),
    revert: service.repository
      ? judgeLever(code, "No code source is connected.")
      : blocked("No repository is named for this service: there is nothing to revert."),
    permissions: judgePermissions([
      ...(service.flags ? [{ may: "change its flags", asked: flags }] : []),
      ...deploys.map((asked) => ({ may: "patch its Deployment", asked })),
      ...(service.repository ? [{ may: "open reverts", asked: code }] : []),
    ]),
  };
}

function judgeRollback({ deploys }: ReadinessFacts): ReadinessCell {
  if (deploys.length === 0)
    return blocked("No Deployment is named: there is nothing to roll back.");
  const cells = deploys.map((one) => judgeLever(one, "No source of deploys is connected."));
  // A service is back only when all of its Deployments are.
  return worstOf(cells);
}

function judgeLever(asked: Asked<LeverFacts>, unconnected: string): ReadinessCell {
  if (asked === null) return blocked(unconnected);
  if ("problem" in asked) return unknown(asked.problem);
  const { target, blockers, warnings } = asked.said;
  const obstacle = blockers.find(({ code }) => !OF_NO_EFFECT.has(code));
  if (obstacle) return blocked(`${target}: ${withWho(obstacle)}`);
  const unsafe = warnings.find((warning) => warning.unsafe);
  if (unsafe) return limited(`${target}: can be pulled. ${unsafe.sentence}`);
  return ready(`${target}: can be pulled.${remark(warnings)}`);
}

function withWho({ sentence, who }: Blocker): string {
  return who === null ? sentence : `${sentence} It can be lifted by ${who}.`;
}

function remark([first]: Warning[]): string {
  return first ? ` ${first.sentence}` : "";
}

function judgePermissions(asked: { may: string; asked: Asked<LeverFacts> }[]): ReadinessCell {
  if (asked.length === 0) return unknown("Nothing is named that a lever could be pulled on.");
  const may: string[] = [];
  const mayNot: string[] = [];
  const silent: string[] = [];
  for (const one of asked) {
    if (one.asked === null) continue;
    if ("problem" in one.asked) silent.push(one.asked.problem);
    else {
      const denied = one.asked.said.blockers.find(({ code }) => OF_PERMISSION.has(code));
      if (denied) mayNot.push(denied.sentence);
      else if (!may.includes(one.may)) may.push(one.may);
    }
  }
  const all = may.length > 0 ? `Known Good may ${may.join(", ")}.` : "";
  if (mayNot.length > 0) {
    const sentence = [...mayNot, all].filter(Boolean).join(" ");
    return may.length > 0 ? limited(sentence) : blocked(sentence);
  }
  if (silent.length > 0) return unknown([...silent, all].filter(Boolean).join(" "));
  return may.length > 0 ? ready(all) : unknown("No source is connected that could be asked.");
}
