import type { Metadata } from "next";
import { IncidentScreen } from "@/components/incident/incident-screen";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function IncidentPage({ params }: Props) {
  return <IncidentScreen id={decodeURIComponent((await params).id)} />;
}
