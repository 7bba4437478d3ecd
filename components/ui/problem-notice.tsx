"use client";
import { SignInLink } from "@/components/sign-in/sign-in-link";
import { ProblemError, sentenceOf } from "@/lib/browser/api";
import { Button } from "./button";

/** Why something could not be shown or done, and what to do about it. Never blanks its neighbours. */
export function ProblemNotice({
  error,
  retry,
  className = "",
}: {
  error: unknown;
  retry?: () => void;
  className?: string;
}) {
  const status = error instanceof ProblemError ? error.status : null;
  return (
    <div
      role="alert"
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 px-3.5 py-3 text-ink ${className}`}
    >
      <p className="min-w-0 flex-1 basis-60">
        <span aria-hidden="true" className="me-1.5 font-bold text-warn">
          !
        </span>
        {sentenceOf(error)}
      </p>
      {status === 401 ? (
        <SignInLink />
      ) : retry ? (
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}
