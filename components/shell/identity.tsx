"use client";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { request } from "@/lib/browser/api";
import { queries } from "@/lib/browser/queries";

/** Who is signed in, in which role, and the way out. */
export function Identity() {
  const session = useQuery(queries.session());
  const form = useRef<HTMLFormElement>(null);
  const token = useRef<HTMLInputElement>(null);
  const leave = async () => {
    const { csrfToken } = await request<{ csrfToken: string }>("/api/auth/csrf");
    if (token.current) token.current.value = csrfToken;
    form.current?.submit();
  };
  if (!session.data) {
    return (
      <p className="px-2 text-meta text-ink-3">
        {session.isError ? "Not signed in" : <span className="skeleton block h-4 w-24" />}
      </p>
    );
  }
  return (
    <form
      ref={form}
      method="post"
      action="/api/auth/signout"
      className="flex items-center gap-2 px-2 text-meta"
      onSubmit={(event) => {
        event.preventDefault();
        void leave();
      }}
    >
      <input ref={token} type="hidden" name="csrfToken" />
      <input type="hidden" name="callbackUrl" value="/sign-in" />
      <span className="min-w-0 flex-1 truncate text-ink-2" title={session.data.name}>
        {session.data.name} <span className="text-ink-3">{session.data.role}</span>
      </span>
      <button type="submit" className="min-h-6 rounded px-1 text-ink-2 underline">
        Sign out
      </button>
    </form>
  );
}
