import type { Metadata } from "next";
import { NowScreen } from "@/components/now/now-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { freezeQueries } from "@/lib/browser/freeze-queries";
import { furtherQueries } from "@/lib/browser/further-queries";
import { queries } from "@/lib/browser/queries";
import { serviceQueries } from "@/lib/browser/service-queries";
import { listChanges } from "@/lib/changes/list-changes";
import { listIncidents } from "@/lib/incidents/list-incidents";
import { listKnownGood } from "@/lib/known-good/list-known-good";
import { listOpenLooseEnds } from "@/lib/loose-ends/list-loose-ends";
import { pageContext } from "@/lib/server/page";
import { listServices } from "@/lib/services/list-services";

export const metadata: Metadata = { title: "Now" };

export default async function NowPage() {
  const ctx = await pageContext("viewer");
  const [services, changes, open, knownGood, looseEnds] = await Promise.all([
    listServices(ctx),
    listChanges(ctx, { limit: 50 }),
    listIncidents(ctx, { statuses: ["declared", "restored"] }),
    listKnownGood(ctx),
    listOpenLooseEnds(ctx),
  ]);
  return (
    <Hydrated
      known={[
        { key: queries.services().queryKey, data: services },
        { key: freezeQueries.looseEnds().queryKey, data: looseEnds },
        { key: serviceQueries.knownGoodLines().queryKey, data: knownGood },
        { key: queries.changes({ limit: 50 }).queryKey, data: changes },
        {
          key: furtherQueries.incidents("declared,restored").queryKey,
          data: { pages: [open], pageParams: [null] },
        },
      ]}
    >
      <NowScreen />
    </Hydrated>
  );
}
