import Link from "next/link";
import { FullPage } from "@/components/shell/full-page";

export default function NotFound() {
  return (
    <FullPage title="There is nothing at this address">
      <p>It may have been typed wrong. Incidents and services are never deleted.</p>
      <Link href="/" className="font-medium text-accent underline underline-offset-2">
        Go to Now
      </Link>
    </FullPage>
  );
}
