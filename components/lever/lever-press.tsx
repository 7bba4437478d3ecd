"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useNow } from "@/components/clock/use-now";
import { queries } from "@/lib/browser/queries";
import { FREEZE_MINUTES } from "@/lib/contracts/freeze-minutes";
import type { LeverPreview } from "@/lib/contracts/lever";
import type { RestoreInput, RestoreOutcome } from "@/lib/contracts/restoration";
import { ArmButton } from "./arm-button";
import { freezeOfPress } from "./freeze-of-press";

// Loaded where something stands in the way and may be overridden, which is rare.
const OverridePress = lazy(() => import("@/components/schema/override-press"));

/** What goes along with a press: why it is pulled all the same, and the freeze that it brings. */
export type PressedWith = Pick<RestoreInput, "overrideReason" | "freeze">;

export type Fire = (
  seen: LeverPreview,
  key: string,
  pressedWith: PressedWith,
) => Promise<RestoreOutcome>;

/** Whether a person may pull it: nothing stands in its way, or only what they may set aside. */
export function isPressable({ blockers, target }: LeverPreview): boolean {
  return target !== null && blockers.every(({ mayOverride }) => mayOverride === true);
}

/**
 * The press of a lever, with the reason where something known must be overridden for it, and for a
 * rollback with the freeze of other deliveries, which may be left out.
 */
export function LeverPress({
  preview,
  fire,
  freezeFor = null,
  ...rest
}: {
  preview: LeverPreview;
  isPrimary: boolean;
  lead?: string;
  keys?: string;
  /** The incident for which a rollback freezes other deliveries; a put-back lets them go instead. */
  freezeFor?: string | null;
  fire: Fire;
}) {
  const [isFreezing, setFreezing] = useState(true);
  const { data: frozen = [] } = useQuery(queries.freezes());
  const now = useNow();
  if (!isPressable(preview)) return null;
  const services = preview.freezes ?? [];
  const offer =
    freezeFor === null || services.length === 0
      ? null
      : freezeOfPress({ services, incidentId: freezeFor }, frozen, now);
  const isWith = offer !== null && isFreezing;
  const freeze = isWith ? { minutes: FREEZE_MINUTES } : null;
  const press = {
    ...{ preview, ...rest, along: isWith ? offer.along : "" },
    fire: (seen: LeverPreview, key: string, overrideReason?: string) =>
      fire(seen, key, { overrideReason, freeze }),
  };
  return (
    <>
      {offer === null ? null : (
        <label className="flex min-h-6 cursor-pointer gap-2 text-meta text-ink-2">
          <input
            type="checkbox"
            checked={isFreezing}
            onChange={({ target }) => setFreezing(target.checked)}
            className="mt-0.5 size-4 shrink-0 accent-(--accent)"
          />
          {offer.box}
        </label>
      )}
      {preview.blockers.length === 0 ? (
        <ArmButton {...press} />
      ) : (
        <Suspense fallback={null}>
          <OverridePress {...press} />
        </Suspense>
      )}
    </>
  );
}
