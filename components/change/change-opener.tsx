"use client";
import { lazy, Suspense } from "react";
import { usePageState } from "@/components/ui/use-page-state";

const ChangeDialog = lazy(() => import("./change-dialog"));

/** Shows the Change named in the address (`?change=`), on any page. */
export function ChangeOpener() {
  const [page, setPage] = usePageState();
  const id = page.get("change");
  if (!id) return null;
  return (
    <Suspense fallback={null}>
      <ChangeDialog id={id} onClose={() => setPage({ change: null })} />
    </Suspense>
  );
}
