import type { Metadata } from "next";
import { NowScreen } from "@/components/now/now-screen";

export const metadata: Metadata = { title: "Now" };

export default function Page() {
  return <NowScreen />;
}
