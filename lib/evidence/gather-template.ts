import "server-only";
import { openTemplate } from "@/lib/changes/open-template";
import type { DeploymentRef } from "@/lib/contracts/service";
import { maskTemplate } from "@/lib/rules/mask-template";
import type { Ctx } from "@/lib/server/context";
import { dataPiece, missingPiece, type Piece } from "./piece";

/** The Pod template that was live, masked. Of a rollback it is the ledger's; else the cluster's own. */
export async function gatherTemplate(
  ctx: Pick<Ctx, "db" | "sealer" | "sources">,
  { deployment, templateHash }: { deployment: DeploymentRef; templateHash: string | null },
): Promise<Piece[]> {
  const { source, ...named } = deployment;
  const title = `Pod template of ${deployment.name}`;
  const template =
    templateHash === null
      ? (await ctx.sources.get("deploys", source).read(named)).template
      : await openTemplate(ctx, templateHash);
  return template
    ? [dataPiece("template", title, maskTemplate(template))]
    : [missingPiece("template", title, "The ledger never saw the template that was live.")];
}
