"use client";
import { useQuery } from "@tanstack/react-query";
import { queries } from "@/lib/browser/queries";

/** Whether this person may pull levers and write, and what to say when not. The server decides. */
export function useMayAct(): {
  mayAct: boolean;
  isAdmin: boolean;
  refusal: string;
  name: string | null;
} {
  const { data } = useQuery(queries.session());
  return {
    mayAct: data?.role === "responder" || data?.role === "admin",
    isAdmin: data?.role === "admin",
    refusal: data
      ? "You can look but not act: ask a responder or an admin."
      : "Sign in as a responder to act.",
    name: data?.name ?? null,
  };
}
