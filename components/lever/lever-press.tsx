"use client";
import { lazy, Suspense } from "react";
import type { LeverPreview } from "@/lib/contracts/lever";
import type { RestoreOutcome } from "@/lib/contracts/restoration";
import { ArmButton } from "./arm-button";

// Loaded where something stands in the way and may be overridden, which is rare.
const OverridePress = lazy(() =>
  import("@/components/schema/override-press").then((file) => ({ default: file.OverridePress })),
);

export type Fire = (
  seen: LeverPreview,
  key: string,
  overrideReason?: string,
) => Promise<RestoreOutcome>;

/** Whether a person may pull it: nothing stands in its way, or only what they may set aside. */
export function isPressable({ blockers, target }: LeverPreview): boolean {
  return target !== null && blockers.every(({ mayOverride }) => mayOverride === true);
}

/** The press of a lever, with the reason where something known must be overridden for it. */
export function LeverPress({
  preview,
  fire,
  ...rest
}: {
  preview: LeverPreview;
  isPrimary: boolean;
  lead?: string;
  keys?: string;
  fire: Fire;
}) {
  if (!isPressable(preview)) return null;
  if (preview.blockers.length === 0) return <ArmButton preview={preview} fire={fire} {...rest} />;
  return (
    <Suspense fallback={null}>
      <OverridePress preview={preview} fire={fire} {...(rest.lead ? { lead: rest.lead } : {})} />
    </Suspense>
  );
}
