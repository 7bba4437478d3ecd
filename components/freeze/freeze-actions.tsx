"use client";
import { announce } from "@/components/announcer/announce";
import { clockTime } from "@/components/clock/duration";
import { useMayAct } from "@/components/lever/use-may-act";
import { Button } from "@/components/ui/button";
import { useSending } from "@/components/ui/use-sending";
import { sentenceOf } from "@/lib/browser/api";
import { freezeApi } from "@/lib/browser/freeze-api";
import type { Freeze } from "@/lib/contracts/freeze";
import { FREEZE_MINUTES } from "@/lib/contracts/freeze-minutes";
import { ThawButton } from "./thaw-button";
import { useReadFreezesAgain } from "./use-read-freezes-again";

/** Has a freeze last an hour from now, or ends it; nothing for who may not act. */
export function FreezeActions({ freeze }: { freeze: Freeze }) {
  const { mayAct } = useMayAct();
  const readAgain = useReadFreezesAgain();
  const { id } = freeze;
  const renewing = useSending(async () => {
    try {
      const { until } = await freezeApi.renew(id, { minutes: FREEZE_MINUTES });
      announce(`${id} lasts until ${clockTime(until, false)} UTC.`);
    } finally {
      readAgain();
    }
  });
  if (!mayAct) return null;
  return (
    <span className="flex flex-wrap items-start gap-2">
      <Button size="small" aria-disabled={renewing.isPending} onClick={() => renewing.send()}>
        Renew {FREEZE_MINUTES} min<span className="sr-only"> {id}</span>
      </Button>
      <ThawButton id={id} />
      {renewing.error ? (
        <span role="alert" className="text-meta font-medium">
          {sentenceOf(renewing.error)}
        </span>
      ) : null}
    </span>
  );
}
