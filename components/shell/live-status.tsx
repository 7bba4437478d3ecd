"use client";
import type { ReactNode } from "react";
import { SignInLink } from "@/components/sign-in/sign-in-link";
import { useLiveState } from "./live-provider";

/** Says when what the page shows may be old, and what comes of it. Room is taken only then. */
export function LiveStatus() {
  return <div role="status">{wordsFor[useLiveState()]}</div>;
}

function Bar({ children }: { children: ReactNode }) {
  return (
    <p className="border-b border-line bg-warn-soft px-4 py-1.5 text-meta text-ink">
      <span aria-hidden="true" className="me-1.5 font-bold text-warn">
        !
      </span>
      {children}
    </p>
  );
}

const wordsFor: Record<ReturnType<typeof useLiveState>, ReactNode> = {
  connecting: null,
  live: null,
  paused: <Bar>Live updates paused, reading every 5 s.</Bar>,
  away: (
    <Bar>
      The server doesn't answer, so what stands here may be old. It is asked again by itself, at
      least every 30 s.
    </Bar>
  ),
  "signed-out": (
    <Bar>
      You are signed out. What stands here is from before and isn't read again. <SignInLink />
    </Bar>
  ),
};
