import { headers } from "next/headers";
import { EARLY_PRESS_SCRIPT } from "./early-press";

/** Remembers what is pressed before the page's own script listens. For the top of the document. */
export async function EarlyPressScript() {
  const policy = (await headers()).get("content-security-policy");
  const nonce = /'nonce-([^']+)'/.exec(policy ?? "")?.[1];
  return (
    // Browsers hide a nonce from scripts, so that it never looks the same as it was sent.
    <script nonce={nonce} suppressHydrationWarning>
      {EARLY_PRESS_SCRIPT}
    </script>
  );
}
