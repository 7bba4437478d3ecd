import "server-only";
import type { DeploymentRef } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { missingPiece, type Piece } from "./piece";

/** Logs reach back so far from when the lever was pulled. */
const BEFORE_SECONDS = 600;

export type PodsQuery = {
  deployment: DeploymentRef;
  /** Of the template that was to go; null is the one that is live. */
  templateHash: string | null;
  pulledAt: Date;
  /** Bytes of all Deployments together, for so many of them. */
  maxBytes: number;
  signal: AbortSignal;
};

/** What the Pods of a Deployment said, and how they were. Throws SourceError when it can't be asked. */
export async function gatherPods(
  ctx: Pick<Ctx, "sources" | "now">,
  { deployment, templateHash, pulledAt, maxBytes, signal }: PodsQuery,
): Promise<Piece[]> {
  const { source: name, ...named } = deployment;
  const source = ctx.sources.get("deploys", name);
  if (!source.guard) {
    const problem = `${source.product} can’t be asked what Pods write.`;
    return [missingPiece("pods", `Pods of ${deployment.name}`, problem)];
  }
  const pieces = await source.guard.readPodEvidence({
    deployment: named,
    templateHash: templateHash ?? (await source.read(named)).templateHash,
    sinceSeconds: BEFORE_SECONDS + (ctx.now().getTime() - pulledAt.getTime()) / 1000,
    ...{ maxBytes, signal },
  });
  return pieces.map((piece) =>
    piece.kind === "pods" && piece.text === "[]" && !piece.isCut
      ? missingPiece("pods", piece.title, "None of its Pods was left.")
      : piece,
  );
}
