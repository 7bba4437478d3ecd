import "server-only";
import { createHash } from "node:crypto";
import type { FreezeRow } from "@/lib/freezes/store";
import type { MergeHold } from "@/lib/integrations/code-guard";
import type { DeliveryHold, PauseRequest } from "@/lib/integrations/deploy-guard";
import { pullsOf, valuesOf } from "@/lib/rules/freeze-allowed";
import { imagesOfCommit, readPull } from "@/lib/rules/freeze-cure";
import type { HoldTarget } from "@/lib/rules/freeze-holds";
import type { Ctx } from "@/lib/server/context";
import { imagesDelivered, runningImages } from "./image-store";
import type { ClaimOfHold, HoldJob } from "./job-store";
import type { KnownFreezes } from "./known-freezes";

/** What is to be asked of the outside, in the words of its layer. */
export type Wish =
  | { layer: "kubernetes"; request: DeliveryHold }
  | { layer: "github"; request: MergeHold; freezeNumbers: number[]; incidentNumbers: number[] }
  | { layer: "argo-cd" | "flux"; request: PauseRequest };

type Of<L extends HoldTarget["layer"]> = Extract<HoldTarget, { layer: L }>;

/**
 * What a hold has to be for those who still need it, and how long, and what it lets pass. `known` is
 * shared with what else was taken at the same moment.
 */
export async function readWish(
  ctx: Ctx,
  job: HoldJob,
  live: ClaimOfHold[],
  known: KnownFreezes,
): Promise<Wish> {
  const { target } = job;
  switch (target.layer) {
    case "kubernetes":
      return { layer: "kubernetes", request: await deliveryHold(ctx, target, live, known) };
    case "github":
      return mergeHold(ctx, target, live, known);
    case "argo-cd":
    case "flux":
      return { layer: target.layer, request: pauseRequest(job, live) };
    default:
      return target satisfies never;
  }
}

/** Equal for equal wishes; what only explains them doesn't count. */
export function digestOf(wish: Wish): string {
  const said =
    wish.layer === "argo-cd" || wish.layer === "flux"
      ? { ...wish.request, reason: null }
      : wish.request;
  return createHash("sha256").update(JSON.stringify(said)).digest("base64url");
}

/** Where people lift it: at its incident, or on the first page. */
export function urlOfFreeze(
  { publicUrl }: Pick<Ctx, "publicUrl">,
  { incidentNumber }: { incidentNumber: number | null },
): string {
  return incidentNumber === null ? `${publicUrl}/` : `${publicUrl}/incidents/INC-${incidentNumber}`;
}

async function deliveryHold(
  ctx: Ctx,
  { source, detail }: Of<"kubernetes">,
  live: ClaimOfHold[],
  known: KnownFreezes,
): Promise<DeliveryHold> {
  const [{ rows, allowed: own }, cures] = await Promise.all([
    known.freezesOf(live),
    known.curesOfAll(),
  ]);
  const freeze = single(rows);
  const allowed = [...own, ...cures];
  const commits = [...new Set(valuesOf(allowed, "commit"))];
  const [running, delivered] =
    commits.length === 0
      ? [[], []]
      : await Promise.all([
          runningImages(ctx.db, { source, ...detail }),
          imagesDelivered(ctx.db, { source, namespace: detail.namespace, commits }),
        ]);
  const images = new Set([
    ...valuesOf(allowed, "image"),
    ...delivered,
    ...commits.flatMap((commit) => imagesOfCommit(running, commit)),
  ]);
  return {
    freezeId: freeze.id,
    namespace: detail.namespace,
    deployments: detail.deployments,
    images: [...images].sort(),
    reason: freeze.reason,
    incidentId: freeze.incidentNumber === null ? null : `INC-${freeze.incidentNumber}`,
    until: freeze.until,
    url: urlOfFreeze(ctx, freeze),
  };
}

function single(rows: FreezeRow[]): FreezeRow {
  const [freeze] = rows;
  if (!freeze) throw new Error("a namespace is held for a freeze, and there is none");
  return freeze;
}

async function mergeHold(
  ctx: Ctx,
  { detail }: Of<"github">,
  live: ClaimOfHold[],
  known: KnownFreezes,
): Promise<Extract<Wish, { layer: "github" }>> {
  const { rows, incidentNumbers, allowed } = await known.freezesOf(live);
  const pulls = pullsOf(allowed).flatMap((value) => {
    const pull = readPull(value);
    return pull && pull.repository.toLowerCase() === detail.repository.toLowerCase()
      ? [pull.number]
      : [];
  });
  return {
    layer: "github",
    freezeNumbers: rows.map(({ number }) => number),
    incidentNumbers,
    request: {
      ...detail,
      freezes: rows
        .toSorted((a, b) => a.number - b.number)
        .map((freeze) => ({
          ...{ id: freeze.id, reason: freeze.reason, until: freeze.until },
          url: urlOfFreeze(ctx, freeze),
        })),
      allowedPulls: pulls.sort((a, b) => a - b),
      allowedCommits: valuesOf(allowed, "commit").sort(),
    },
  };
}

function pauseRequest({ target, claims }: HoldJob, live: ClaimOfHold[]): PauseRequest {
  if (target.layer !== "argo-cd" && target.layer !== "flux") {
    throw new Error(`${target.layer} has no owner to pause`);
  }
  const reason = live.map(({ by, reason: why }) => (why === "" ? by : `${by}: ${why}`)).join("; ");
  return { ...target.detail, mark: markOf(claims), reason };
}

/** Who held it first: written on the outside object, and the same as long as it is held. */
export function markOf([first]: ClaimOfHold[]): string {
  if (!first) throw new Error("a hold has a claim from its beginning");
  return first.by;
}
