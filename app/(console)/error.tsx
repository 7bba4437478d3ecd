"use client";

/**
 * One screen that broke, inside the frame: the rest of the console keeps working. Its parts are its own:
 * this is sent along with every page, and what it shared with the screens would be sent twice.
 */
export default function ScreenError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <section role="alert" className="panel flex flex-col items-start gap-2 px-3.5 py-4">
      <p className="font-medium">This screen can't be shown right now.</p>
      <p className="text-ink-2">
        The other screens work. Nothing that is under way was stopped by this.
        {error.digest ? (
          <>
            {" "}
            Quote <code>{error.digest}</code> when asking for help.
          </>
        ) : null}
      </p>
      <button
        type="button"
        onClick={reset}
        className="min-h-8 rounded-[7px] border border-edge bg-surface px-3 font-medium text-ink hover:bg-sunken"
      >
        Try again
      </button>
    </section>
  );
}
