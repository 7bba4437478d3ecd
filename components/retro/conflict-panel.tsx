import { Button } from "@/components/ui/button";
import type { Conflict } from "./section-typing";

const side = "min-w-0 rounded-md bg-surface p-2.5";

/** Two texts for the same words, side by side, and the three ways on. Nothing is lost until chosen. */
export function ConflictPanel({
  conflict,
  mine,
  who,
  onChoose,
}: {
  conflict: Conflict;
  mine: string;
  who: string;
  onChoose: (way: "both" | "theirs" | "mine") => void;
}) {
  return (
    <section aria-label="Two texts for the same words" className="rounded-md bg-warn-soft p-2.5">
      <p className="font-medium">
        <span aria-hidden="true" className="me-1.5 font-bold text-warn">
          !
        </span>
        {who} changed the same words. Nothing was overwritten; choose how to go on.
      </p>
      <div className="mt-2 grid gap-2 sm:grid-cols-2">
        <div className={side}>
          <h4 className="text-meta font-medium text-ink-3">What {who} wrote</h4>
          <p className="whitespace-pre-wrap wrap-anywhere">
            {conflict.theirs.text || "(took the text out)"}
          </p>
        </div>
        <div className={side}>
          <h4 className="text-meta font-medium text-ink-3">What you wrote</h4>
          <p className="whitespace-pre-wrap wrap-anywhere">{mine || "(took the text out)"}</p>
        </div>
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="small" look="primary" onClick={() => onChoose("both")}>
          Keep both
        </Button>
        <Button size="small" onClick={() => onChoose("theirs")}>
          Take theirs
        </Button>
        <Button size="small" onClick={() => onChoose("mine")}>
          Take mine
        </Button>
      </div>
    </section>
  );
}
