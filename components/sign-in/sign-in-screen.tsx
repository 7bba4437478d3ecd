"use client";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { Mark } from "@/components/shell/mark";
import { Button } from "@/components/ui/button";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { accountApi } from "@/lib/browser/account-api";

function ProviderButton({ id, name, next }: { id: string; name: string; next: string }) {
  const go = useMutation({
    mutationFn: () => accountApi.signIn(id, next),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <Button disabled={go.isPending} onClick={() => go.mutate()}>
        {go.isPending ? `Going to ${name}…` : `Continue with ${name}`}
      </Button>
      {go.isError ? <ProblemNotice error={go.error} className="px-0" /> : null}
    </>
  );
}

/** The ways in: the configured providers, and the demo identity where it is offered. */
export function SignInScreen({
  providers,
  demo,
  next,
  problem,
}: {
  providers: { id: string; name: string }[];
  /** Whether the demo identity is offered. */
  demo: boolean;
  /** Where to go afterwards, inside this console. */
  next: string;
  problem: string | null;
}) {
  const enter = useMutation({
    mutationFn: accountApi.signInAsDemo,
    // A full load, so that nothing read before signing in is kept.
    onSuccess: () => window.location.assign(next),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  const isEmpty = providers.length === 0 && !demo;
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <section aria-labelledby="sign-in" className="panel flex w-full max-w-sm flex-col gap-4 p-5">
        <p className="flex items-center gap-2 text-head font-[650]">
          <Mark /> Known Good
        </p>
        <h1 id="sign-in" className="text-title">
          Sign in
        </h1>
        {problem ? (
          <p role="alert" className="rounded-md bg-warn-soft px-3 py-2">
            {problem}
          </p>
        ) : null}
        {demo ? (
          // A plain form, so that a press counts before the script listens, and without it too.
          <form
            method="post"
            action="/api/demo-sign-in"
            onSubmit={submit}
            className="flex flex-col gap-1.5"
          >
            <input type="hidden" name="next" value={next} />
            <Button type="submit" look="primary" disabled={enter.isPending}>
              {enter.isPending ? "Entering…" : "Enter the demo"}
            </Button>
            <p className="text-meta text-ink-2">
              One click, no account: a small world on this machine. Nothing here touches a real
              system.
            </p>
            {enter.isError ? <ProblemNotice error={enter.error} className="px-0" /> : null}
          </form>
        ) : null}
        {providers.map((provider) => (
          <ProviderButton key={provider.id} {...provider} next={next} />
        ))}
        {isEmpty ? (
          <p className="text-ink-2">
            Whoever runs this server sets up GitHub or an OpenID Connect provider in its environment
            and starts it again. Until then nobody gets in.
          </p>
        ) : null}
      </section>
    </main>
  );
}
