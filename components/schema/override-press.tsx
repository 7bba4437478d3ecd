"use client";
import { useId, useRef, useState } from "react";
import { ArmButton } from "@/components/lever/arm-button";
import { Button } from "@/components/ui/button";
import type { LeverPreview } from "@/lib/contracts/lever";
import type { RestoreOutcome } from "@/lib/contracts/restoration";

const LEAST = 10;

/**
 * Pulls a lever although something known stands in its way: only once the reason is typed. The reason
 * goes along with the press and into the receipts.
 */
export default function OverridePress({
  preview,
  lead = "",
  along = "",
  fire,
}: {
  preview: LeverPreview;
  lead?: string;
  /** What it does besides, as it is set now. */
  along?: string;
  fire: (seen: LeverPreview, key: string, overrideReason: string) => Promise<RestoreOutcome>;
}) {
  const [reason, setReason] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const missing = LEAST - reason.trim().length;
  return (
    <details className="text-meta">
      <summary className="min-h-6 text-ink-2">Pull it all the same</summary>
      <div className="flex flex-col gap-2 pt-1.5">
        <label className="flex flex-col gap-1 font-medium">
          Why it holds all the same
          <textarea
            ref={field}
            rows={2}
            maxLength={1_000}
            value={reason}
            aria-describedby={hint}
            placeholder="What you know that isn’t said here"
            onChange={({ target }) => setReason(target.value)}
            className="field font-normal"
          />
        </label>
        <p id={hint} className="text-ink-2">
          {missing > 0
            ? `At least ${LEAST} characters, ${missing} to go. The reason goes into the receipts.`
            : "The reason goes into the receipts, with your name."}
        </p>
        {missing > 0 ? (
          <Button
            aria-disabled="true"
            aria-describedby={hint}
            onClick={() => field.current?.focus()}
          >
            {lead}
            {preview.label}
          </Button>
        ) : (
          <ArmButton
            preview={preview}
            isPrimary={false}
            lead={lead}
            along={along}
            fire={(seen, key) => fire(seen, key, reason.trim())}
          />
        )}
      </div>
    </details>
  );
}
