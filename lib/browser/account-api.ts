import { queryOptions } from "@tanstack/react-query";
import type { ApiToken, CreatedToken, CreateTokenInput } from "@/lib/contracts/api-token";
import { request } from "./api";

const at = encodeURIComponent;

/** What the browser can ask for about signing in and tokens; apart, for few pages need it. */
export const accountApi = {
  createToken: (input: CreateTokenInput) =>
    request<CreatedToken>("/api/tokens", { method: "POST", body: input }),
  revokeToken: (id: string) => request<null>(`/api/tokens/${at(id)}`, { method: "DELETE" }),
  signInAsDemo: () => request<unknown>("/api/demo-sign-in", { method: "POST", body: {} }),
  /** Starts signing in with a provider; answers with the address to go on at. */
  signIn: (providerId: string, callbackUrl: string) =>
    postAuth(`/api/auth/signin/${at(providerId)}`, callbackUrl),
  /** Ends the session; answers with the address to go on at. */
  signOut: () => postAuth("/api/auth/signout", "/sign-in"),
};

/** Asks the sign-in library, which wants its own token; answers with the address to go on at. */
async function postAuth(path: string, callbackUrl: string): Promise<{ url: string }> {
  const { csrfToken } = await request<{ csrfToken: string }>("/api/auth/csrf");
  const body = { csrfToken, callbackUrl, json: "true" };
  return request<{ url: string }>(path, { method: "POST", body });
}

/** The tokens that there are. */
export const tokens = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => request<ApiToken[]>("/api/tokens", { signal }),
});
