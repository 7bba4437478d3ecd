"use client";
import { lazy, Suspense, useState } from "react";
import { useAction } from "@/components/action/use-action";
import { useMayAct } from "@/components/lever/use-may-act";

const FreezeDialog = lazy(() => import("./freeze-dialog"));

/** The action "Freeze deliveries…", on every page, and the dialog that it opens. */
export function FreezeOpener() {
  const [isOpen, setOpen] = useState(false);
  const { mayAct } = useMayAct();
  useAction(
    {
      id: "freeze",
      label: "Freeze deliveries…",
      group: "Levers",
      keys: "f",
      run: () => setOpen(true),
    },
    mayAct,
  );
  return isOpen ? (
    <Suspense fallback={null}>
      <FreezeDialog onClose={() => setOpen(false)} />
    </Suspense>
  ) : null;
}
