import type { Metadata } from "next";
import { Providers } from "@/components/shell/providers";
import { safeNext } from "@/components/sign-in/safe-next";
import { SignInScreen } from "@/components/sign-in/sign-in-screen";
import { signInChoices } from "@/lib/server/page";

export const metadata: Metadata = { title: "Sign in" };

const problems: Record<string, string> = {
  AccessDenied: "That account has no access here. Ask an admin to let you in.",
  OAuthAccountNotLinked: "Use the provider you signed in with the first time.",
  SessionRequired: "Sign in first.",
};

type Props = { searchParams: Promise<{ next?: string | string[]; error?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  const { next, error } = await searchParams;
  const choices = await signInChoices();
  const refused =
    typeof error === "string"
      ? (problems[error] ?? "Signing in didn't work. Try again, or another way.")
      : null;
  return (
    <Providers isLive={false}>
      <SignInScreen
        providers={choices.providers}
        demo={choices.demo}
        next={safeNext(next)}
        problem={choices.problem ?? refused}
      />
    </Providers>
  );
}
