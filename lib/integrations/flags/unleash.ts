import * as z from "zod";
import { adapter } from "../adapter";
import { timeoutSeconds, webAddress, webUrl } from "../connection-settings";
import type { FlagSource } from "../flag-source";
import { type HttpJson, httpJson } from "../http-json";
import { SourceError } from "../source-error";
import { unleashEvents } from "./unleash-events";
import { unleashNews } from "./unleash-news";
import { unleashReader } from "./unleash-reader";
import { unleashLever } from "./unleash-retoggle";
import { WireProjectList, WireVersion } from "./unleash-wire";

const Settings = z.object({
  url: webAddress().describe("Address of Unleash, without /api"),
  token: z
    .string()
    .min(1)
    .describe(
      "Token of a service account (or a person, or an admin token) that may read the project and change its flags",
    )
    .meta({ secret: true }),
  timeoutSeconds,
  propagationSeconds: z
    .number()
    .nonnegative()
    .default(15)
    .describe(
      "How long applications take to notice a change: the polling interval of their SDKs, in seconds",
    ),
  webUrl,
});

/** Unleash 5 and newer, open source and commercial. */
export const unleash = adapter({
  kind: "flags",
  product: "unleash",
  title: "Unleash",
  settings: Settings,
  connect(settings, context): FlagSource {
    let aheadMs: number | null = null;
    const http = httpJson({
      title: "Unleash",
      url: settings.url,
      headers: { authorization: settings.token },
      timeoutMs: settings.timeoutSeconds * 1_000,
      onClock(ms) {
        aheadMs = ms;
      },
    });
    const reader = unleashReader(http);
    const news = unleashNews(http, context.now);
    const lever = unleashLever(http, reader, news, context);
    return {
      kind: "flags",
      product: "unleash",
      propagationMs: settings.propagationSeconds * 1_000,
      clockAheadMs: () => aheadMs,
      async check() {
        return { version: await versionOf(http) };
      },
      async list(scope) {
        return (await reader.flags(scope)).map(({ observed }) => lever.remember(observed));
      },
      async read(flag) {
        return lever.remember((await reader.flag(flag)).observed);
      },
      async readSince(flag, seen) {
        const known = await news.unchanged(flag, seen);
        return known ?? lever.remember((await reader.flag(flag)).observed);
      },
      eventsSince: (scope, since) => unleashEvents(http, reader, scope, since),
      recall: lever.recall,
      previewRetoggle: lever.previewRetoggle,
      retoggle: lever.retoggle,
      urlOf({ project, key }) {
        const base = (settings.webUrl ?? settings.url).replace(/\/+$/, "");
        return `${base}/projects/${encodeURIComponent(project)}/features/${encodeURIComponent(key)}`;
      },
    };
  },
});

/** The server's version; a proxy may let through no more than the API for flags. */
async function versionOf(http: HttpJson): Promise<string> {
  try {
    const { version, versionInfo } = await http.read("/api/admin/ui-config", WireVersion);
    const { enterprise, oss } = versionInfo?.current ?? {};
    return enterprise || oss || version || "unknown";
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
    await http.read("/api/admin/projects", WireProjectList);
    return "unknown";
  }
}
