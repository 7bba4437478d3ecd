import { order } from "./incident-world";

/** A host's name under a public ending; inside a cluster names end otherwise. */
const HOST = /\b(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org|io|dev|cloud|co|example|us|eu)\b/gi;
const FAILS = /\b(?:5\d\d|429)\b|time[ds]? ?out|unavailable|too many|limit|refused|reset|down\b/i;
const MOST_CHARACTERS = 100;
const MOST_HOSTS = 50;
/** Alerts link to these; that they are named says nothing of them. */
const TOOLS = new Set(
  `alertmanager alerts argocd confluence dashboard dashboards datadoghq docs github gitlab grafana honeycomb jaeger
  jira kibana logs monitoring newrelic notion opsgenie pagerduty prometheus runbook runbooks sentry slack
  statuspage wiki`
    .split(/\s+/)
    .filter(Boolean),
);
/** Anybody's host may be called so, a provider's too. */
const ANYBODYS = new Set(["api", "app", "auth", "cdn", "files", "gateway", "mail", "web"]);

/**
 * Hosts outside that some sentences name, those first that they say fail. A host that bears the name of
 * a service of ours in front, or of a tool that alerts link to, isn't outside, nor is any other of its domain.
 */
export function failingHosts(
  sentences: readonly string[],
  services: ReadonlySet<string>,
): { host: string; fails: boolean }[] {
  const named = sentences.flatMap((sentence) => {
    const hosts = [...new Set(sentence.match(HOST) ?? [])].slice(0, MOST_HOSTS);
    return hosts
      .filter(({ length }) => length <= MOST_CHARACTERS)
      .map((host) => ({ host: host.toLowerCase(), fails: FAILS.test(sentence) }));
  });
  const isOwn = ({ host }: { host: string }) =>
    labelsBefore(host).some((one) => TOOLS.has(one) || (services.has(one) && !ANYBODYS.has(one)));
  const own = new Set(named.filter(isOwn).map(({ host }) => domainOf(host)));
  return named
    .filter(({ host }) => !own.has(domainOf(host)))
    .sort((a, b) => Number(b.fails) - Number(a.fails) || order(a.host, b.host));
}

/** "api.maps.example" as "maps.example". */
function domainOf(host: string): string {
  return host.split(".").slice(-2).join(".");
}

/** "checkout" and "prod" of "checkout.prod.acme.com". */
function labelsBefore(host: string): string[] {
  return host.split(".").slice(0, -2);
}
