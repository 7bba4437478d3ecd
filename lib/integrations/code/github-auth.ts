import { createAppAuth } from "@octokit/auth-app";
import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { parseAnswer } from "./github-errors";
import type { GitHubSettings } from "./github-settings";

/** Who we are to GitHub for one repository's owner. */
export type Access = {
  /** The Authorization header's value. */
  header: string;
  /** Whether an App's installation may push and open pull requests; null for a token, which doesn't say. */
  writes: boolean | null;
  /** What an App's installation was granted, "read" or "write" by GitHub's names; null for a token. */
  permissions: Record<string, string> | null;
};

export type Authorize = {
  /** `owner` null asks for any access, to see whether the credentials work. */
  (owner: string | null): Promise<Access>;
  /** Forgets what was issued: GitHub has refused it. */
  forget(): void;
};

/** Sends a request with the App's own credentials and returns the parsed JSON. */
type SendAsApp = (
  route: string,
  parameters: Record<string, unknown>,
  what: string,
) => Promise<unknown>;

const Installations = z.array(
  z.object({ id: z.number().int(), account: z.object({ login: z.string() }).nullable() }),
);
const Issued = z.object({
  token: z.string().min(1),
  permissions: z.record(z.string(), z.string()).default({}),
});

type Held = { access: Access; issuedAt: number };

// Installation tokens live an hour. Counted from our own clock, which may differ from GitHub's.
const RENEW_AFTER_MS = 50 * 60_000;

/**
 * Authorisation by token, or by a GitHub App whose installation tokens are issued when needed and kept
 * until shortly before they end. The library is used for the App's signature alone: its request hook
 * would send a refused mutation again.
 */
export function createAuthorize(
  settings: GitHubSettings,
  now: () => Date,
  send: SendAsApp,
): Authorize {
  const { token, appId, privateKey, installationId } = settings;
  if (token) {
    const access: Access = { header: `Bearer ${token}`, writes: null, permissions: null };
    return Object.assign(async () => access, { forget: () => undefined });
  }
  const app = createAppAuth({
    appId: appId ?? "",
    privateKey: (privateKey ?? "").replaceAll("\\n", "\n"),
    log: { warn: () => undefined },
  });
  const held = new Map<number, Held>();
  const pending = new Map<number, Promise<Held>>();
  let found: z.infer<typeof Installations> | null = null;

  async function asApp(route: string, parameters: Record<string, unknown>, what: string) {
    let jwt: string;
    try {
      jwt = (await app({ type: "app" })).token;
    } catch (cause) {
      throw new SourceError(
        "unauthorized",
        "The GitHub App's private key can't be read. It must be the whole PEM file, with its line breaks.",
        { cause },
      );
    }
    return send(route, { ...parameters, headers: { authorization: `Bearer ${jwt}` } }, what);
  }

  async function installationFor(owner: string | null): Promise<number> {
    if (installationId) return installationId;
    const matches = () =>
      found?.find(
        ({ account }) => owner === null || account?.login.toLowerCase() === owner.toLowerCase(),
      );
    if (!matches()) {
      const what = "the App's installations";
      const data = await asApp("GET /app/installations", { per_page: 100 }, what);
      found = parseAnswer(Installations, data, what);
    }
    const match = matches();
    if (match) return match.id;
    throw new SourceError(
      "not-found",
      `The GitHub App is not installed${owner ? ` for ${owner}` : " anywhere"}. Install it and give it the repositories.`,
    );
  }

  async function issue(id: number): Promise<Held> {
    const what = "the App's installation token";
    const route = "POST /app/installations/{installation_id}/access_tokens";
    const issuedAt = now().getTime();
    const issued = parseAnswer(Issued, await asApp(route, { installation_id: id }, what), what);
    const { permissions } = issued;
    const writes = permissions.contents === "write" && permissions.pull_requests === "write";
    const access = { header: `Bearer ${issued.token}`, writes, permissions };
    return { access, issuedAt };
  }

  async function authorize(owner: string | null): Promise<Access> {
    const id = await installationFor(owner);
    const current = held.get(id);
    if (current && now().getTime() - current.issuedAt < RENEW_AFTER_MS) return current.access;
    let issuing = pending.get(id);
    if (!issuing) {
      issuing = issue(id).finally(() => pending.delete(id));
      pending.set(id, issuing);
    }
    const next = await issuing;
    held.set(id, next);
    return next.access;
  }

  return Object.assign(authorize, {
    forget: () => {
      held.clear();
      found = null;
    },
  });
}
