import { networkFailure } from "@/lib/integrations/network-failure";
import { SourceError } from "@/lib/integrations/source-error";
import type { EtagCache } from "./github-etag-cache";
import { type RateGate, type Resource, rateLimited } from "./github-rate-gate";

type FetchInit = { method?: string; headers?: Record<string, string>; body?: string };
export type GitHubFetch = (address: string, init?: FetchInit) => Promise<Response>;

const MAX_BODY_BYTES = 25_000_000;
const MAX_REDIRECTS = 3;
async function readBody(response: Response): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel();
      throw new SourceError("failed", "GitHub's answer was larger than 25 MB and was not read.");
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * The one way out to GitHub. Each request is sent once, with a timeout over the whole answer; reads are
 * conditional; limits are obeyed; the token never follows a redirect to another host.
 *
 * Throws SourceError `timeout`, `unreachable`, `rate-limited` or `failed`. `mayHaveActed` is set for
 * anything but a read that was sent and not answered: the caller knows whether it was a mutation.
 */
export function createGitHubFetch(options: {
  graphqlUrl: string;
  timeoutMs: number;
  gate: RateGate;
  cache: EtagCache;
}): GitHubFetch {
  const { gate, cache, timeoutMs } = options;

  async function once(
    address: string,
    init: FetchInit,
  ): Promise<{ response: Response; body: string }> {
    const isRead = (init.method ?? "GET") === "GET";
    try {
      const response = await fetch(address, {
        ...init,
        redirect: "manual",
        // Answers are kept by our own cache; a framework's would serve them after they changed.
        cache: "no-store",
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { response, body: await readBody(response) };
    } catch (cause) {
      if (cause instanceof SourceError)
        throw new SourceError(cause.code, cause.sentence, { mayHaveActed: !isRead });
      if (cause instanceof Error && cause.name === "TimeoutError")
        throw new SourceError("timeout", `GitHub did not answer within ${timeoutMs / 1000} s.`, {
          cause,
          mayHaveActed: !isRead,
        });
      const { because, mayHaveArrived } = networkFailure(cause);
      const host = new URL(address).host;
      throw new SourceError(
        "unreachable",
        `GitHub can't be reached at ${host}: ${because}. Check the address and the network.`,
        { cause, mayHaveActed: !isRead && mayHaveArrived },
      );
    }
  }

  return async (firstAddress, init = {}) => {
    const isRead = (init.method ?? "GET") === "GET";
    const resource: Resource = firstAddress === options.graphqlUrl ? "graphql" : "core";
    let address = firstAddress;
    for (let redirects = 0; ; redirects += 1) {
      gate.pass(resource);
      const key = `${init.headers?.accept ?? ""} ${address}`;
      const kept = isRead ? cache.get(key) : undefined;
      const { response, body } = await once(address, {
        ...init,
        headers: { ...init.headers, ...(kept ? { "if-none-match": kept.etag } : {}) },
      });
      const { status } = response;
      const retryAt = gate.observe(resource, { status, headers: response.headers, body });
      if (retryAt) throw rateLimited(retryAt);

      if (status === 304 && kept) {
        cache.set(key, kept);
        return new Response(kept.body, { status: kept.status, headers: kept.headers });
      }
      const target = status >= 300 && status < 400 ? response.headers.get("location") : null;
      if (target !== null) {
        const next = URL.canParse(target, address) ? new URL(target, address) : null;
        // A renamed repository redirects within the same host; anything else is not GitHub's API.
        if (!isRead || redirects >= MAX_REDIRECTS || next?.origin !== new URL(address).origin)
          throw new SourceError(
            "failed",
            `GitHub's API redirected to ${next?.host ?? "an unreadable address"}, which was not followed. Check apiUrl and the repository's name.`,
          );
        address = next.href;
        continue;
      }

      const headers: [string, string][] = [...response.headers].filter(
        ([name]) => name !== "content-encoding" && name !== "content-length",
      );
      const etag = response.headers.get("etag");
      if (isRead && status === 200 && etag) cache.set(key, { etag, status, headers, body });
      return new Response(status === 204 || status === 205 || status === 304 ? null : body, {
        status,
        headers,
      });
    }
  };
}
