import { FullPage } from "@/components/shell/full-page";
import { SignInLink } from "@/components/sign-in/sign-in-link";

export default function Unauthorized() {
  return (
    <FullPage title="Sign in first">
      <p>This console shows production, so it only opens to people it knows.</p>
      <SignInLink />
    </FullPage>
  );
}
