import type { Metadata } from "next";
import { IncidentsScreen } from "@/components/incident/incidents-screen";
import { pageContext } from "@/lib/server/page";

export const metadata: Metadata = { title: "Incidents" };

export default async function IncidentsPage() {
  await pageContext("viewer");
  return <IncidentsScreen />;
}
