import type { Metadata } from "next";
import { orNotFound } from "@/app/(console)/or-not-found";
import { RetroScreen } from "@/components/retro/retro-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { retroQueries } from "@/lib/browser/retro-queries";
import { getPublication } from "@/lib/retros/get-publication";
import { getRetro } from "@/lib/retros/get-retro";
import { pageContext } from "@/lib/server/page";
import { Refusal } from "@/lib/server/refusal";

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ version?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Retro of ${decodeURIComponent((await params).id)}` };
}

export default async function RetroPage({ params, searchParams }: Props) {
  const ctx = await pageContext("viewer");
  const id = decodeURIComponent((await params).id);
  const version = Number((await searchParams).version ?? 0);
  const view = await orNotFound(
    getRetro(ctx, { id }).catch((error: unknown) => {
      // The page itself offers to draft one.
      if (error instanceof Refusal && error.code === "no-retro") return null;
      throw error;
    }),
  );
  const known: { key: readonly unknown[]; data: unknown }[] = [];
  if (view) known.push({ key: retroQueries.retro(id).queryKey, data: view });
  if (view && Number.isInteger(version) && version > 0) {
    const { publication, document } = await orNotFound(getPublication(ctx, { id, version }));
    const { queryKey } = retroQueries.publication(id, version);
    known.push({ key: queryKey, data: { publication, document } });
  }
  return (
    <Hydrated known={known}>
      <RetroScreen id={id} />
    </Hydrated>
  );
}
