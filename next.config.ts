import type { NextConfig } from "next";

process.env.NEXT_TELEMETRY_DISABLED = "1";

/** Pages add a policy for scripts to these: lib/server/security-headers.ts. */
const headers = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
];

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run types` checks them, tests and scripts included; a build needn't do it again.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  // Bundled, these look for their files in the wrong place.
  serverExternalPackages: [
    "@electric-sql/pglite",
    "@electric-sql/pglite-socket",
    "@guanmingchiu/sqlparser-ts",
    "@kubernetes/client-node",
    "@ruby/prism",
    "libpg-query",
    "pg",
    "pino",
  ],
  // Pages answer 401 and 403 by themselves: authorisation is in no middleware.
  experimental: { authInterrupts: true },
  outputFileTracingIncludes: { "/*": ["./prisma/migrations/**/*"] },
  headers: async () => [{ source: "/:path*", headers }],
};

export default config;
