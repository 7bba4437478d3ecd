"use client";
import { FullPage } from "@/components/shell/full-page";
import { Button } from "@/components/ui/button";

/** A page that could not be made. The message stays on the server; the id finds it in the log. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <FullPage title="This page can't be shown right now">
      <p>
        The server could not make it: its database may be away, or it met a bug. Nothing that is
        under way was stopped by this.
      </p>
      {error.digest ? (
        <p className="text-meta">
          Quote <code>{error.digest}</code> when asking for help.
        </p>
      ) : null}
      <Button onClick={reset}>Try again</Button>
    </FullPage>
  );
}
