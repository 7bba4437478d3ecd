import type { Metadata } from "next";
import { ReadinessScreen } from "@/components/readiness/readiness-screen";
import { pageContext } from "@/lib/server/page";

export const metadata: Metadata = { title: "Readiness" };

export default async function ReadinessPage() {
  await pageContext("viewer");
  // Sources are asked for the board, which may take seconds: the page doesn't wait for them.
  return <ReadinessScreen />;
}
