"use client";
import { useQuery } from "@tanstack/react-query";
import { useLiveState } from "@/components/shell/live-provider";
import { queries } from "@/lib/browser/queries";

/**
 * Whether this person may pull levers and write, and what to say when not. The server decides. `mayWrite`
 * lasts when the session ends, so that nothing that is being typed goes.
 */
export function useMayAct(): {
  mayAct: boolean;
  mayWrite: boolean;
  isAdmin: boolean;
  refusal: string;
  name: string | null;
} {
  const { data } = useQuery(queries.session());
  const isSignedOut = useLiveState() === "signed-out";
  const mayWrite = data?.role === "responder" || data?.role === "admin";
  return {
    mayAct: mayWrite && !isSignedOut,
    mayWrite,
    isAdmin: data?.role === "admin",
    refusal:
      data && !isSignedOut
        ? "You can look but not act: ask a responder or an admin."
        : "Sign in as a responder to act.",
    name: data?.name ?? null,
  };
}
