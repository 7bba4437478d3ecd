"use client";
import { useEffect } from "react";

/** Goes on to the sign-in page by itself, which leads back here; the link is there meanwhile. */
export function SignInForward() {
  useEffect(() => {
    const here = window.location.pathname + window.location.search;
    window.location.replace(`/sign-in?next=${encodeURIComponent(here)}`);
  }, []);
  return (
    <a href="/sign-in" className="font-medium text-accent underline underline-offset-2">
      Sign in
    </a>
  );
}
