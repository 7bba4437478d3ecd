import type { Metadata } from "next";
import { orNotFound } from "@/app/(console)/or-not-found";
import { IncidentScreen } from "@/components/incident/incident-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { queries } from "@/lib/browser/queries";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { pageContext } from "@/lib/server/page";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).id) };
}

export default async function IncidentPage({ params }: Props) {
  const ctx = await pageContext("viewer");
  const id = decodeURIComponent((await params).id);
  const view = await orNotFound(getIncidentView(ctx, { id }));
  return (
    <Hydrated known={[{ key: queries.incident(id).queryKey, data: view }]}>
      <IncidentScreen id={id} />
    </Hydrated>
  );
}
