import { onTestFinished } from "vitest";
import type { EvidenceView, KeptEvidence } from "@/lib/contracts/kept-evidence";
import { listEvidence } from "@/lib/evidence/list-evidence";
import { readEvidence } from "@/lib/evidence/read-evidence";
import { followKept } from "@/lib/sources/follow-kept";
import type { Ctx } from "./context";

/** Keeps evidence as the server does, until the test ends. */
export function keepAsServer(ctx: Ctx, days = 30): void {
  const stop = new AbortController();
  const stopped = followKept(ctx, { days }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await stopped();
  });
}

/** What is kept of a Restoration, once all of it is. */
export async function keptOf(ctx: Ctx, restorationId: string): Promise<EvidenceView> {
  const until = Date.now() + 30_000;
  for (;;) {
    const view = await listEvidence(ctx, { restorationId });
    if (view.underWay.length === 0) return view;
    if (Date.now() > until) throw new Error(`It is still being kept: ${JSON.stringify(view)}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Those of one kind. */
export function ofKind({ kept }: EvidenceView, kind: KeptEvidence["kind"]): KeptEvidence[] {
  return kept.filter((one) => one.kind === kind);
}

export async function textOf(ctx: Ctx, one: KeptEvidence | undefined): Promise<string> {
  return (await readEvidence(ctx, { id: one?.id ?? "" })).text;
}
