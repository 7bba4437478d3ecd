import "server-only";
import { getChange } from "@/lib/changes/get-change";
import { changesById } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { LeverCard, LeverKind, LeverPreview } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Service } from "@/lib/contracts/service";
import { gatherChanges } from "@/lib/incidents/gather-changes";
import { getIncident } from "@/lib/incidents/get-incident";
import { closedBlockers } from "@/lib/rules/closed-incident";
import { recommendLever } from "@/lib/rules/recommend-lever";
import type { Ctx } from "@/lib/server/context";
import type { Choice } from "./choice";
import { chooseTargets } from "./choose-targets";
import { lookForCalm } from "./look-for-calm";
import { previewInTime } from "./preview-in-time";
import { nothingToPull } from "./preview-lever";
import { tellStory } from "./tell-story";

/**
 * The card: three levers side by side for one suspect, each checked against the world now, and which
 * of them to pull. A suspect that isn't ranked (any Change by id) may be asked for too; without one,
 * the strongest suspect is taken.
 */
export async function previewCard(
  ctx: Ctx,
  input: { incidentId: string; suspectId?: string | undefined },
): Promise<LeverCard> {
  const { number, incident } = await getIncident(ctx, input.incidentId);
  const gathered = await gatherChanges(ctx, { number, incident });
  const { suspects, services, noRecentChange, restorations } = gathered;
  const checkedAt = ctx.now().toISOString();
  const suspect = input.suspectId
    ? suspects.find((one) => one.id === input.suspectId)
    : suspects[0];
  const headId = input.suspectId ?? suspect?.id;
  if (!headId) {
    return {
      suspectId: "",
      levers: [],
      recommendation: recommendLever({
        ...{ head: null, levers: [], failed: [], calm: null },
        ...{ probability: null, noRecentChange: noRecentChange.probability },
      }),
      checkedAt,
    };
  }
  const head = await getChange(ctx, headId);
  const linked = await changesById(
    ctx.db,
    (suspect?.changeIds ?? head.carries).filter((id) => id !== headId),
  );
  const notNow = whyNotNow(incident, restorations);
  const [levers, calm] = await Promise.all([
    previewThree(ctx, { head, linked }, services, checkedAt),
    // In a drill nobody is hurt, and a way back is practised all the same.
    notNow === null && !incident.isDrill ? lookForCalm(ctx, incident, services) : null,
  ]);
  const failed: LeverKind[] = restorations.flatMap((one) =>
    one.state === "failed" && one.failure?.code === "signal-stayed-bad" && one.suspectId === headId
      ? one.lever
      : [],
  );
  const none =
    notNow ??
    (incident.isDrill || suspects.some((one) => one.id === headId)
      ? null
      : "This change isn't among the suspects: it came after harm began, or concerns nothing that is hurt.");
  const closed = closedBlockers(incident);
  const card: LeverCard = {
    suspectId: headId,
    // What can't be pulled anyway keeps its own reason alone.
    levers: levers.map((lever) =>
      lever.target === null ? lever : { ...lever, blockers: [...closed, ...lever.blockers] },
    ),
    recommendation: none
      ? { lever: "none", because: none, runnerUp: null }
      : recommendLever({
          ...{ head, levers, failed, calm },
          // A drill practises on a change that nobody suspects.
          probability: incident.isDrill ? null : (suspect?.probability ?? null),
          noRecentChange: noRecentChange.probability,
          rival: suspects.find((one) => one.id !== headId) ?? null,
          verifyMs: verifyMsOf(incident, services),
        }),
    checkedAt,
  };
  return tellStory(ctx, { incidentNumber: number, restorations }, card);
}

/** How long the signals of the services hurt must stay good until a restoration counts. */
function verifyMsOf(incident: Incident, services: Service[]): number {
  const hurt = services.filter(({ name }) => incident.services.includes(name));
  const seconds = hurt.flatMap(({ signal }) => signal?.verifyForSeconds ?? []);
  return Math.max(0, ...seconds) * 1_000;
}

/** Why nothing further is recommended, whatever could be pulled: it is over, or one is under way. */
function whyNotNow(incident: Incident, restorations: Restoration[]): string | null {
  if (incident.status !== "declared") {
    return `${incident.id} is ${incident.status}: nothing needs to go back now.`;
  }
  const current = restorations.find(
    ({ state, endedAt }) => endedAt === null && state !== "verified" && state !== "failed",
  );
  return current
    ? `${current.id} (${current.label}) is under way: see whether it helps before the next.`
    : null;
}

async function previewThree(
  ctx: Ctx,
  suspect: { head: Change; linked: Change[] },
  services: Service[],
  checkedAt: string,
): Promise<LeverPreview[]> {
  const choices = await chooseTargets(ctx, suspect, services);
  const preview = async (kind: LeverKind, choice: Choice): Promise<LeverPreview> => {
    if (!choice.target) return nothingToPull(kind, choice.code, choice.sentence, checkedAt, choice);
    // Open pages read the card again when the changes around it are told anew.
    const looked = await previewInTime(ctx, choice.target, () => ctx.publish("changes"));
    return {
      ...looked,
      warnings: [...choice.warnings, ...looked.warnings],
      checks: [...(choice.checks ?? []), ...looked.checks],
    };
  };
  return Promise.all([
    preview("retoggle", choices.retoggle),
    preview("rollback", choices.rollback),
    preview("revert", choices.revert),
  ]);
}
