"use client";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";

/** One screen that broke, inside the frame: the rest of the console keeps working. */
export default function ScreenError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <section role="alert" className="panel">
      <Empty
        title="This screen can't be shown right now."
        action={<Button onClick={reset}>Try again</Button>}
      >
        The other screens work. Nothing that is under way was stopped by this.
        {error.digest ? (
          <>
            {" "}
            Quote <code>{error.digest}</code> when asking for help.
          </>
        ) : null}
      </Empty>
    </section>
  );
}
