import Link from "next/link";
import { FullPage } from "@/components/shell/full-page";

export default function Unauthorized() {
  return (
    <FullPage title="Sign in first">
      <p>This console shows production, so it only opens to people it knows.</p>
      <Link href="/sign-in" className="font-medium text-accent underline underline-offset-2">
        Sign in
      </Link>
    </FullPage>
  );
}
