import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "@/components/shell/providers";
import { readTheme } from "@/components/shell/read-theme";
import { Shell } from "@/components/shell/shell";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get("known-good-theme")?.value);
  return (
    <Providers>
      <Shell theme={theme}>{children}</Shell>
    </Providers>
  );
}
