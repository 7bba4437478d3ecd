"use client";
import { useQuery } from "@tanstack/react-query";
import { useSending } from "@/components/ui/use-sending";
import { queries } from "@/lib/browser/queries";
import { useLiveState } from "./live-provider";

/** Who is signed in, in which role, and the way out. */
export function Identity() {
  const session = useQuery(queries.session());
  const isOver = useLiveState() === "signed-out";
  const leave = useSending(async () => {
    const { accountApi } = await import("@/lib/browser/account-api");
    await accountApi.signOut();
    // A full load, so that nothing read before is kept.
    window.location.assign("/sign-in");
  });
  if (!session.data || isOver) {
    return (
      <p className="px-2 text-meta text-ink-3">
        {session.isError || isOver ? "Not signed in" : <span className="skeleton block h-4 w-24" />}
      </p>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-x-2 px-2 text-meta md:justify-between">
      <span className="min-w-0 wrap-anywhere text-ink-2 md:basis-full">{session.data.name}</span>
      <span className="text-ink-3 max-md:flex-1">{session.data.role}</span>
      <button
        type="button"
        disabled={leave.isPending}
        onClick={() => leave.send()}
        className="min-h-6 rounded px-1 text-ink-2 underline underline-offset-2"
      >
        {leave.error ? "Try again" : "Sign out"}
      </button>
    </div>
  );
}
