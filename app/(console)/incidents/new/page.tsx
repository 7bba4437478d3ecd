import type { Metadata } from "next";
import { DeclareScreen } from "@/components/incident/declare-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { queries } from "@/lib/browser/queries";
import { pageContext } from "@/lib/server/page";
import { listServices } from "@/lib/services/list-services";

export const metadata: Metadata = { title: "Declare incident" };

export default async function DeclarePage() {
  const ctx = await pageContext("viewer");
  const services = await listServices(ctx);
  return (
    <Hydrated known={[{ key: queries.services().queryKey, data: services }]}>
      <DeclareScreen />
    </Hydrated>
  );
}
