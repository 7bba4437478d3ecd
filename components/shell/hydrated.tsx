import { dehydrate, HydrationBoundary, QueryClient, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";

/** What the server already read, by query key, so that the first picture is whole. */
export function Hydrated({
  known,
  children,
}: {
  known: readonly { key: QueryKey; data: unknown }[];
  children: ReactNode;
}) {
  const client = new QueryClient();
  for (const { key, data } of known) client.setQueryData(key, data);
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
