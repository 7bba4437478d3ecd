import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { EarlyPressScript } from "@/components/shell/early-press-script";
import { readTheme } from "@/components/shell/read-theme";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Known Good", template: "%s · Known Good" },
  description: "Restore a known good state by the fastest safe lever.",
  icons: { icon: "/mark.svg" },
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** The document. The theme comes with the cookie, so the first picture already has it. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get("known-good-theme")?.value);
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme} suppressHydrationWarning>
      <body>
        <EarlyPressScript />
        {children}
      </body>
    </html>
  );
}
