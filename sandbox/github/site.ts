import type { Accounts, Permission } from "./accounts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/** The GitHub App of the sandbox. Either key will do: the public one can be had from the private one. */
export type AppOptions = {
  id: number;
  installationId: number;
  publicKey?: string;
  privateKey?: string;
  slug?: string;
  permissions?: Exclude<Permission, "admin">;
  /** Single permissions by GitHub's names that differ from those, e.g. `statuses: "write"`. */
  grants?: Record<string, "read" | "write">;
};

export type SignInUser = { login: string; name?: string; email?: string; verified?: boolean };

export type OAuthOptions = { clientId: string; clientSecret: string; users: SignInUser[] };

/** What every route needs to answer: where the site is, who there is, and the repository it hosts. */
export type Site = {
  /** Web address, without a slash at the end. */
  url: string;
  apiUrl: string;
  graphqlUrl: string;
  accounts: Accounts;
  limiter: RateLimiter;
  app: (AppOptions & { publicKey: string; slug: string }) | null;
  oauth: OAuthOptions | null;
  /** Null until something is seeded. */
  repository: HostedRepository | null;
  now: () => number;
};
