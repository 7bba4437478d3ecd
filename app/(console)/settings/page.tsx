import type { Metadata } from "next";
import { SettingsScreen } from "@/components/settings/settings-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { queries } from "@/lib/browser/queries";
import { pageContext } from "@/lib/server/page";
import { listServices } from "@/lib/services/list-services";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const ctx = await pageContext("viewer");
  const services = await listServices(ctx);
  return (
    <Hydrated known={[{ key: queries.services().queryKey, data: services }]}>
      <SettingsScreen />
    </Hydrated>
  );
}
