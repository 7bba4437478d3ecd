import type { Metadata } from "next";
import { ServicesScreen } from "@/components/service/services-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { queries } from "@/lib/browser/queries";
import { pageContext } from "@/lib/server/page";
import { listServices } from "@/lib/services/list-services";

export const metadata: Metadata = { title: "Services" };

export default async function ServicesPage() {
  const ctx = await pageContext("viewer");
  const services = await listServices(ctx);
  return (
    <Hydrated known={[{ key: queries.services().queryKey, data: services }]}>
      <ServicesScreen />
    </Hydrated>
  );
}
