import type { Metadata } from "next";
import { orNotFound } from "@/app/(console)/or-not-found";
import { ServiceScreen } from "@/components/service/service-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { serviceQueries } from "@/lib/browser/service-queries";
import { listRevisions } from "@/lib/changes/list-revisions";
import { getKnownGoodView } from "@/lib/known-good/get-known-good-view";
import { pageContext } from "@/lib/server/page";
import { describeService } from "@/lib/services/describe-service";

type Props = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ServicePage({ params }: Props) {
  const ctx = await pageContext("viewer");
  const name = decodeURIComponent((await params).name);
  const described = await orNotFound(describeService(ctx, name));
  const [revisions, knownGood] = await Promise.all([
    listRevisions(ctx, described.service),
    getKnownGoodView(ctx, name),
  ]);
  return (
    <Hydrated
      known={[
        { key: serviceQueries.service(name).queryKey, data: described },
        { key: serviceQueries.revisions(name).queryKey, data: revisions },
        { key: serviceQueries.knownGood(name).queryKey, data: knownGood },
      ]}
    >
      <ServiceScreen name={name} />
    </Hydrated>
  );
}
