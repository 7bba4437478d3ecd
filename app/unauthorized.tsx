import { FullPage } from "@/components/shell/full-page";
import { SignInForward } from "@/components/sign-in/sign-in-forward";

export default function Unauthorized() {
  return (
    <FullPage title="Sign in first">
      <p>This console shows production, so it only opens to people it knows.</p>
      <SignInForward />
    </FullPage>
  );
}
