"use client";
import Link from "next/link";
import { Button } from "@/components/ui/button";

/** What stands above the sheet on a screen and never on paper. */
export function PrintButton({ href }: { href: string }) {
  return (
    <div className="mx-auto flex max-w-[46rem] items-center gap-3 px-4 py-3 print:hidden">
      <Button look="primary" onClick={() => window.print()}>
        Print
      </Button>
      <Link href={href} className="underline underline-offset-2">
        Back to the retro
      </Link>
    </div>
  );
}
