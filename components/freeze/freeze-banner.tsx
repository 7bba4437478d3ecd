"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queries } from "@/lib/browser/queries";

// Loaded where something is frozen.
const FreezeBar = lazy(() => import("./freeze-bar"));

/** What is frozen, on every page; nothing while nothing is. */
export function FreezeBanner() {
  const { data } = useQuery(queries.freezes());
  return data && data.length > 0 ? (
    <Suspense fallback={null}>
      <FreezeBar freezes={data} />
    </Suspense>
  ) : null;
}
