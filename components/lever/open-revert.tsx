"use client";
import { Button } from "@/components/ui/button";
import { useOpenLever } from "./use-open-lever";

/** Leads to the revert of a suspect on its card, to be read and pressed there. */
export function OpenRevert({ suspectId, about = "" }: { suspectId: string; about?: string }) {
  const open = useOpenLever();
  return (
    <Button size="small" onClick={() => open(suspectId, "revert")}>
      Open the revert{about ? <span className="sr-only"> {about}</span> : null}
    </Button>
  );
}
