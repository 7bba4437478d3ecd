import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { Warning } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import { getKnownGood } from "@/lib/known-good/get-known-good";
import { type FoundKnownGood, LIVE_LONG_ENOUGH_MS } from "@/lib/rules/find-known-good";
import { ageInWords, counted } from "@/lib/rules/say";
import type { Ctx } from "@/lib/server/context";
import type { Choice } from "./choice";

type Deployed = { change: Change; details: DeployDetails };

const MOST_DEPLOYS = 100;

/**
 * The revision to go back to from a deploy: the last known good one in front of it, however far back,
 * and never one that was taken back before. Where none is known to be good, the one in front of it,
 * with what speaks against it.
 */
export async function chooseRevision(
  ctx: Ctx,
  deploy: Change | null,
  services: Service[],
): Promise<Choice> {
  if (deploy?.details.kind !== "deploy") {
    return {
      target: null,
      code: "no-deploy",
      sentence:
        "No deploy in the ledger brought this change, so there is no revision in front of it.",
    };
  }
  const { details } = deploy;
  const [line, found] = await Promise.all([
    lineOf(ctx, deploy, details),
    knownGoodFor(ctx, deploy.source, details, services),
  ]);
  const before = line.filter((one) => isBefore(one, { change: deploy, details }));
  const [previous] = before;
  if (!previous) {
    return {
      target: null,
      code: "no-history",
      sentence: `Nothing in front of revision ${details.revision} of ${details.deployment} is known: neither the cluster nor the ledger holds an earlier one.`,
    };
  }
  const able = before.filter(
    (one) =>
      one.details.templateHash !== details.templateHash && !culpritOf(found, deploy.source, one),
  );
  const good = goodAmong(able, found);
  const chosen = good?.deployed ?? able[0];
  if (!chosen) {
    return {
      target: null,
      code: "only-culprits",
      sentence: `Every revision in front of ${details.revision} was taken back before, or is the same again: there is nothing good to go back to.`,
    };
  }
  const passed = before.slice(0, before.indexOf(chosen));
  return {
    target: {
      ...{ lever: "rollback", source: deploy.source, namespace: details.namespace },
      ...{ deployment: details.deployment, toChangeId: chosen.change.id },
    },
    checks: good ? [`${chosen.details.revision} is known good: ${good.verifiedBy}`] : [],
    warnings: [
      ...(passed.length > 0 ? [furtherBack(chosen, passed, { line, found, deploy })] : []),
      ...(good || !found ? [] : [notKnownGood(chosen, line)]),
    ],
  };
}

/** The Deployment's own deploys, newest first. */
async function lineOf(ctx: Ctx, { source }: Change, details: DeployDetails): Promise<Deployed[]> {
  const changes = await changesOfSubject(ctx.db, {
    source,
    subject: `${details.namespace}/${details.deployment}`,
    limit: MOST_DEPLOYS,
  });
  const line = changes.flatMap((change) =>
    change.details.kind === "deploy" && change.details.uid === details.uid
      ? [{ change, details: change.details }]
      : [],
  );
  return line.sort((a, b) => b.details.revision - a.details.revision);
}

/** Null when no service claims the Deployment: then nobody has looked. */
async function knownGoodFor(
  ctx: Ctx,
  source: string,
  { namespace, deployment }: DeployDetails,
  services: Service[],
): Promise<FoundKnownGood | null> {
  const service = services.find(({ deployments }) =>
    deployments.some(
      (ref) => ref.source === source && ref.namespace === namespace && ref.name === deployment,
    ),
  );
  return service ? getKnownGood(ctx, service) : null;
}

function isBefore(one: Deployed, other: Deployed): boolean {
  return one.details.revision < other.details.revision;
}

function culpritOf(found: FoundKnownGood | null, source: string, { details }: Deployed) {
  const subject = `${details.namespace}/${details.deployment}`;
  return found?.culprits.find(
    (one) =>
      one.source === source && one.subject === subject && one.templateHash === details.templateHash,
  );
}

function goodAmong(
  able: Deployed[],
  found: FoundKnownGood | null,
): { deployed: Deployed; verifiedBy: string } | null {
  for (const state of found?.good ?? []) {
    // The same template under another number is the same state.
    const deployed = able.find(({ change, details }) =>
      state.deployments.some(
        ({ deployment, templateHash }) =>
          deployment.source === change.source &&
          deployment.namespace === details.namespace &&
          deployment.name === details.deployment &&
          templateHash === details.templateHash,
      ),
    );
    if (deployed) return { deployed, verifiedBy: state.verifiedBy };
  }
  return null;
}

function furtherBack(
  chosen: Deployed,
  passed: Deployed[],
  around: { line: Deployed[]; found: FoundKnownGood | null; deploy: Change },
): Warning {
  const why = passed.slice(0, 3).map((one) => {
    const culprit = culpritOf(around.found, around.deploy.source, one);
    const words = culprit ? culprit.because : whyPassed(one, around.line);
    return `${one.details.revision}: ${words}`;
  });
  const more = passed.length > why.length ? `; and ${passed.length - why.length} more` : "";
  return {
    code: "further-back",
    sentence: `${chosen.details.revision} is ${counted(passed.length + 1, "revision")} back. Passed over: ${why.join("; ")}${more}. Another one can be chosen on the page of its service.`,
    unsafe: false,
  };
}

/** A version that was live for long and isn't known to be good was seen to be bad. */
function notKnownGood(chosen: Deployed, line: Deployed[]): Warning {
  const isLong = livedMs(chosen, line) >= LIVE_LONG_ENOUGH_MS;
  return {
    code: "not-known-good",
    sentence: `No revision in front of it is known to be good. ${chosen.details.revision}: ${whyPassed(chosen, line)}.`,
    unsafe: isLong,
  };
}

function whyPassed(one: Deployed, line: Deployed[]): string {
  const ms = livedMs(one, line);
  return ms < LIVE_LONG_ENOUGH_MS
    ? `live for ${ageInWords(ms)} only`
    : "harm while it was live, or its rollout was never complete";
}

/** Until the next one went live. */
function livedMs(one: Deployed, line: Deployed[]): number {
  const next = line[line.indexOf(one) - 1];
  return next ? Math.max(0, Date.parse(next.change.at) - Date.parse(one.change.at)) : 0;
}
