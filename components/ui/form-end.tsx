"use client";
import { Button } from "./button";
import { ProblemNotice } from "./problem-notice";

/** The end of a small form: what went wrong, the button that sends it, the one that leaves it. */
export function FormEnd({
  label,
  error,
  isPending,
  onLeave,
  size = "small",
}: {
  label: string;
  error: unknown;
  isPending: boolean;
  onLeave: () => void;
  size?: "small" | "normal";
}) {
  return (
    <>
      {error ? <ProblemNotice error={error} className="px-0" /> : null}
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          size={size}
          look="primary"
          disabled={isPending}
          // The second half of a double click comes before the button knows that it is pending.
          onClick={(event) => event.detail > 1 && event.preventDefault()}
        >
          {label}
        </Button>
        <Button size={size} onClick={onLeave}>
          Leave it
        </Button>
      </div>
    </>
  );
}
