import type { Metadata } from "next";
import { DeclareScreen } from "@/components/incident/declare-screen";

export const metadata: Metadata = { title: "Declare incident" };

export default function Page() {
  return <DeclareScreen />;
}
