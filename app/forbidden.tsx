import Link from "next/link";
import { FullPage } from "@/components/shell/full-page";

export default function Forbidden() {
  return (
    <FullPage title="Your role can't see this">
      <p>An admin can change what your account may do.</p>
      <Link href="/" className="font-medium text-accent underline underline-offset-2">
        Go to Now
      </Link>
    </FullPage>
  );
}
