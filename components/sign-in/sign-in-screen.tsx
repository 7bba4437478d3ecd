"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Mark } from "@/components/shell/mark";
import { Button } from "@/components/ui/button";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { api, request } from "@/lib/browser/api";
import { queries, type SignInProvider } from "@/lib/browser/queries";

function ProviderButton({ provider, next }: { provider: SignInProvider; next: string }) {
  const form = useRef<HTMLFormElement>(null);
  const token = useRef<HTMLInputElement>(null);
  const go = useMutation({
    mutationFn: async () => {
      const { csrfToken } = await request<{ csrfToken: string }>("/api/auth/csrf");
      if (token.current) token.current.value = csrfToken;
      form.current?.submit();
    },
  });
  return (
    <form ref={form} method="post" action={`/api/auth/signin/${encodeURIComponent(provider.id)}`}>
      <input ref={token} type="hidden" name="csrfToken" />
      <input type="hidden" name="callbackUrl" value={next} />
      <Button className="w-full" disabled={go.isPending} onClick={() => go.mutate()}>
        Continue with {provider.name}
      </Button>
      {go.isError ? <ProblemNotice error={go.error} className="px-0" /> : null}
    </form>
  );
}

/** The ways in: the configured providers, and the demo identity where it is offered. */
export function SignInScreen({ next, problem }: { next: string; problem: string | null }) {
  const providers = useQuery(queries.providers());
  const demo = useQuery(queries.demoSignIn());
  const enter = useMutation({
    mutationFn: api.signInAsDemo,
    // A full load, so that nothing read before signing in is kept.
    onSuccess: () => window.location.assign(next),
  });
  const list = Object.values(providers.data ?? {});
  const isOffered = demo.data?.offered === true;
  const isSettled = !providers.isPending && !demo.isPending;
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
        {isSettled ? null : <Skeleton rows={2} label="Reading the ways to sign in" />}
        {isOffered ? (
          <div className="flex flex-col gap-1.5">
            <Button look="primary" disabled={enter.isPending} onClick={() => enter.mutate()}>
              {enter.isPending ? "Entering…" : "Enter the demo"}
            </Button>
            <p className="text-meta text-ink-2">
              A responder in a small world on this machine. Nothing here touches a real system.
            </p>
            {enter.isError ? <ProblemNotice error={enter.error} className="px-0" /> : null}
          </div>
        ) : null}
        {list.map((provider) => (
          <ProviderButton key={provider.id} provider={provider} next={next} />
        ))}
        {providers.isError ? (
          <ProblemNotice
            error={providers.error}
            retry={() => void providers.refetch()}
            className="px-0"
          />
        ) : null}
        {isSettled && !providers.isError && list.length === 0 && !isOffered ? (
          <div className="flex flex-col gap-1.5">
            <p className="font-medium">No way to sign in is set up.</p>
            <p className="text-ink-2">
              Whoever runs this server sets GitHub or an OpenID Connect provider in its environment
              and restarts it. Until then nobody gets in.
            </p>
          </div>
        ) : null}
      </section>
    </main>
  );
}
