"use client";
import { FullPage } from "@/components/shell/full-page";

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
      {/* A button of its own: this is sent along with every page, and the one with all its looks twice. */}
      <button
        type="button"
        onClick={reset}
        className="min-h-8 rounded-[7px] border border-edge bg-surface px-3 font-medium text-ink hover:bg-sunken"
      >
        Try again
      </button>
    </FullPage>
  );
}
