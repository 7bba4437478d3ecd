import type { Metadata } from "next";
import { RecoveryScreen } from "@/components/recovery/recovery-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { packView } from "@/lib/browser/pack-dots";
import { queries } from "@/lib/browser/queries";
import { readFilter } from "@/lib/browser/recovery-period";
import { askedOf, recoveryQueries } from "@/lib/browser/recovery-queries";
import { RecoveryQuery } from "@/lib/contracts/recovery";
import { getDelivery } from "@/lib/recovery/get-delivery";
import { getRecovery } from "@/lib/recovery/get-recovery";
import { pageContext } from "@/lib/server/page";
import { listServices } from "@/lib/services/list-services";

export const metadata: Metadata = { title: "Recovery" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function RecoveryPage({ searchParams }: Props) {
  const ctx = await pageContext("viewer");
  const words = await searchParams;
  const filter = readFilter({ get: (word) => [words[word]].flat()[0] ?? null });
  const asked = askedOf(filter, ctx.now());
  const services = { key: queries.services().queryKey, data: await listServices(ctx) };
  if (asked === null) {
    return (
      <Hydrated known={[services]}>
        <RecoveryScreen />
      </Hydrated>
    );
  }
  const given = Object.entries(asked).filter(([, value]) => value !== "");
  const query = RecoveryQuery.parse(Object.fromEntries(given));
  const view = packView(await getRecovery(ctx, query));
  const { from, to, service } = query;
  const measures = await getDelivery(ctx, { from, to, service });
  return (
    <Hydrated
      known={[
        services,
        { key: recoveryQueries.recovery(filter).queryKey, data: view },
        { key: recoveryQueries.delivery(filter).queryKey, data: measures },
      ]}
    >
      <RecoveryScreen />
    </Hydrated>
  );
}
