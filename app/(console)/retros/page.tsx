import type { Metadata } from "next";
import { RetrosScreen } from "@/components/retro/retros-screen";
import { Hydrated } from "@/components/shell/hydrated";
import { retroQueries } from "@/lib/browser/retro-queries";
import { listRetros } from "@/lib/retros/list-retros";
import { pageContext } from "@/lib/server/page";

export const metadata: Metadata = { title: "Retros" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function RetrosPage({ searchParams }: Props) {
  const ctx = await pageContext("viewer");
  // A narrowed list is read by the page itself.
  const isWhole = Object.keys(await searchParams).length === 0;
  const { queryKey } = retroQueries.retros({ search: "", state: "" });
  const known = isWhole
    ? [{ key: queryKey, data: { pages: [await listRetros(ctx, {})], pageParams: [null] } }]
    : [];
  return (
    <Hydrated known={known}>
      <RetrosScreen />
    </Hydrated>
  );
}
