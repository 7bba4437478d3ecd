import type { Metadata } from "next";
import { ServicesScreen } from "@/components/service/services-screen";

export const metadata: Metadata = { title: "Services" };

export default function Page() {
  return <ServicesScreen />;
}
