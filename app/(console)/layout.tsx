import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Hydrated } from "@/components/shell/hydrated";
import { Providers } from "@/components/shell/providers";
import { readTheme } from "@/components/shell/read-theme";
import { Shell } from "@/components/shell/shell";
import { queries } from "@/lib/browser/queries";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { listIncidents } from "@/lib/incidents/list-incidents";
import { pageContext } from "@/lib/server/page";
import { listSources } from "@/lib/sources/list-sources";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const ctx = await pageContext("viewer");
  const theme = readTheme((await cookies()).get("known-good-theme")?.value);
  const [sources, declared, freezes] = await Promise.all([
    listSources(ctx),
    listIncidents(ctx, { statuses: ["declared"] }),
    listFreezes(ctx, { state: "on" }),
  ]);
  return (
    <Providers>
      <Hydrated
        known={[
          { key: queries.session().queryKey, data: ctx.actor },
          { key: queries.sources().queryKey, data: sources },
          { key: queries.openIncidents().queryKey, data: declared },
          { key: queries.freezes().queryKey, data: freezes },
        ]}
      >
        <Shell theme={theme}>{children}</Shell>
      </Hydrated>
    </Providers>
  );
}
