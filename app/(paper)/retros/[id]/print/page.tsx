import type { Metadata } from "next";
import { orNotFound } from "@/app/(console)/or-not-found";
import { PrintSheet } from "@/components/retro/print-sheet";
import { getPublication } from "@/lib/retros/get-publication";
import { getRetro } from "@/lib/retros/get-retro";
import { pageContext } from "@/lib/server/page";

type Props = {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ version?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Retro of ${decodeURIComponent((await params).id)}` };
}

export default async function RetroPrintPage({ params, searchParams }: Props) {
  const ctx = await pageContext("viewer");
  const id = decodeURIComponent((await params).id);
  const view = await orNotFound(getRetro(ctx, { id }));
  const { publishedVersion, changedSince } = view.retro;
  // As published, unless it was written in since or another version is asked for.
  const version = Number((await searchParams).version ?? (changedSince ? 0 : publishedVersion));
  const published =
    Number.isInteger(version) && version > 0
      ? await orNotFound(getPublication(ctx, { id, version }))
      : null;
  return (
    <PrintSheet
      retro={view.retro}
      document={published?.document ?? view.document}
      publication={published?.publication ?? null}
      address={`${ctx.publicUrl}/retros/${encodeURIComponent(view.retro.incidentId)}`}
    />
  );
}
