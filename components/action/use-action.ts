"use client";
import { useEffect, useEffectEvent } from "react";
import { type Action, actionRegistry } from "./action-registry";

/** Registers an action while the component is shown and `enabled`; `run` may change freely. */
export function useAction({ id, label, group, keys, run }: Action, enabled = true): void {
  const runLatest = useEffectEvent(run);
  useEffect(() => {
    if (!enabled) return;
    return actionRegistry.add({ id, label, group, keys, run: () => runLatest() });
  }, [id, label, group, keys, enabled]);
}
