"use client";
import { usePathname } from "next/navigation";

/** Leads to the sign-in page and from there back to here. A full load: nothing read before is kept. */
export function SignInLink() {
  const path = usePathname();
  return (
    <a
      href={`/sign-in?next=${encodeURIComponent(path)}`}
      // The words of the address may have changed since this was drawn.
      onClick={({ currentTarget }) => {
        const { pathname, search } = window.location;
        currentTarget.search = `?next=${encodeURIComponent(pathname + search)}`;
      }}
      className="font-medium text-accent underline underline-offset-2"
    >
      Sign in
    </a>
  );
}
