/**
 * The sandbox as a process of its own. Prints one line of JSON with its addresses once it is up, then
 * a line for whatever happens in its world, until it is told to stop (SIGTERM, SIGINT, or the end of
 * its standard input).
 */
import { parseArgs } from "node:util";
import { startControlPage } from "./control-page.ts";
import { SCENARIOS, startShop } from "./shop/start-shop.ts";

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "retoggle" },
    "control-port": { type: "string", default: "0" },
    /** Address of the console, where alerts and webhooks go. */
    console: { type: "string" },
    "alert-token": { type: "string" },
    "pod-ready-ms": { type: "string", default: "1500" },
    "checks-ms": { type: "string", default: "6000" },
    "build-ms": { type: "string", default: "4000" },
    "window-ms": { type: "string", default: "30000" },
    /** Address of the gate that the pipeline asks before each delivery. */
    "gate-url": { type: "string" },
    /** The cluster has the freeze policy, and the branch requires known-good/freeze. */
    "ready-to-freeze": { type: "boolean" },
    /** The console's account may not patch Argo CD's applications and Flux's objects. */
    "no-pausing": { type: "boolean" },
    "ask-again-ms": { type: "string", default: "3000" },
    /** 0: no other team delivers by itself. */
    "competing-ms": { type: "string" },
    "self-heal-ms": { type: "string", default: "5000" },
    /** As Flux writes durations. */
    "flux-interval": { type: "string", default: "1m0s" },
    "argo-parent": { type: "string", default: "none" },
  },
});

const name = values.scenario;
if (!(name in SCENARIOS)) {
  console.error(`There is no scenario "${name}". There are: ${Object.keys(SCENARIOS).join(", ")}.`);
  process.exit(2);
}
const origin = values.console;
const token = values["alert-token"];
const parent = values["argo-parent"];
if (parent !== "none" && parent !== "application" && parent !== "application-set") {
  console.error(`--argo-parent is none, application or application-set, not "${parent}".`);
  process.exit(2);
}
const gate = values["gate-url"];
if (gate && !token) {
  console.error("The pipeline asks the gate with a token: give --alert-token beside --gate-url.");
  process.exit(2);
}
const shop = await startShop({
  scenario: name as keyof typeof SCENARIOS,
  ...(origin && token ? { alerts: { url: `${origin}/api/webhooks/alertmanager`, token } } : {}),
  ...(origin ? { webhookUrl: `${origin}/api/webhooks/github/github` } : {}),
  podReadyMs: Number(values["pod-ready-ms"]),
  checksMs: Number(values["checks-ms"]),
  buildMs: Number(values["build-ms"]),
  windowMs: Number(values["window-ms"]),
  askAgainMs: Number(values["ask-again-ms"]),
  selfHealMs: Number(values["self-heal-ms"]),
  fluxInterval: values["flux-interval"],
  argoParent: parent,
  ...(values["competing-ms"] ? { competingMs: Number(values["competing-ms"]) } : {}),
  ...(gate && token ? { gate: { url: gate, token } } : {}),
  isReadyToFreeze: values["ready-to-freeze"] ?? false,
  isPausingForbidden: values["no-pausing"] ?? false,
  report: (sentence) => console.log(sentence),
});
const control = await startControlPage(shop, Number(values["control-port"]));
console.log(
  JSON.stringify({
    kubernetes: shop.kubernetes.url,
    github: shop.github.url,
    unleash: shop.unleash.url,
    prometheus: shop.prometheus.url,
    control: control.url,
  }),
);

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  await control.stop();
  await shop.stop();
  process.exit(0);
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.stdin.on("end", stop).resume();
