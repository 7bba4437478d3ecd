import type { Metadata } from "next";
import { FollowUpsScreen } from "@/components/follow-up/follow-ups-screen";
import { pageContext } from "@/lib/server/page";

export const metadata: Metadata = { title: "Follow-ups" };

export default async function FollowUpsPage() {
  await pageContext("viewer");
  return <FollowUpsScreen />;
}
