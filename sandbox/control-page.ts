import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { NAMESPACE, SERVICES } from "./shop/catalogue.ts";
import type { DeliveryEntry } from "./shop/delivery-log.ts";
import { SCENARIOS, type Shop } from "./shop/start-shop.ts";
import { TOKENS } from "./shop/tokens.ts";
import { escapeHtml } from "./wire/escape-html.ts";

const MODES = ["none", "refuse", "hang", "error", "unauthorized", "slow"] as const;
type Mode = (typeof MODES)[number];
const PRODUCTS = ["kubernetes", "github", "unleash", "prometheus"] as const;
type Product = (typeof PRODUCTS)[number];

export type ControlPage = { url: string; stop(): Promise<void> };

/**
 * The sandbox's own page, on loopback: how the shop is, a button to ship each mistake again, and a
 * switch to take each product away. `POST /break?scenario=…`, `POST /fault?product=…&mode=…`,
 * `POST /migrate-down`, `POST /end-outage`, `POST /deliver?service=…` (another team delivers),
 * `POST /deliver-again?id=…` and `GET /state` do the same for scripts; `GET /requests?product=…` tells what
 * a product was asked lately, oldest first, and `GET /kubeconfig` lets kubectl in.
 */
export async function startControlPage(shop: Shop, port: number): Promise<ControlPage> {
  const modes = new Map<Product, Mode>(PRODUCTS.map((product) => [product, "none"]));
  const act = async (url: URL): Promise<void> => {
    if (url.pathname === "/break") {
      const name = url.searchParams.get("scenario") ?? "";
      if (!(name in SCENARIOS)) throw new Error(`There is no scenario "${name}".`);
      await shop.breakAgain(name as keyof typeof SCENARIOS);
      return;
    }
    if (url.pathname === "/migrate-down") return shop.migrateDown();
    if (url.pathname === "/end-outage") return shop.endOutage();
    if (url.pathname === "/deliver") {
      const service = url.searchParams.get("service");
      if (!SERVICES.some(({ name }) => name === service)) {
        throw new Error(`The shop has no service "${service}".`);
      }
      return shop.deliver(service ?? "");
    }
    if (url.pathname === "/deliver-again") {
      return shop.deliverAgain(Number(url.searchParams.get("id")));
    }
    if (url.pathname === "/fault") {
      const product = PRODUCTS.find((one) => one === url.searchParams.get("product"));
      const mode = MODES.find((one) => one === url.searchParams.get("mode"));
      if (!product || !mode) throw new Error("A fault needs a product and a mode.");
      await shop[product].faults.set({ mode });
      modes.set(product, mode);
      return;
    }
    throw new Error("There is no such switch.");
  };
  const state = () => ({
    scenario: shop.scenario().name,
    services: SERVICES.map(({ name }) => ({ name, errors: shop.world.now(name) })),
    faults: Object.fromEntries(modes),
    deliveries: shop.deliveries(),
  });
  const requestsOf = (product: string | null) => {
    const { kubernetes, github, unleash, prometheus } = shop;
    const asked = [
      ...(product === "kubernetes" ? kubernetes.requests : []),
      ...(product === "github" ? github.requests : []),
      ...(product === "unleash" ? unleash.requests() : []),
      ...(product === "prometheus" ? prometheus.requests() : []),
    ];
    return asked.map(({ at, method, path, status }) => ({ at, method, path, status }));
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const answer = (status: number, body: string, type = "text/plain; charset=utf-8") => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
      response.end(body);
    };
    if (request.method === "POST") {
      act(url).then(
        () => {
          if (request.headers.accept?.includes("text/html")) {
            response.writeHead(303, { location: "/" });
            response.end();
          } else answer(204, "");
        },
        (error: unknown) => answer(422, String(error)),
      );
      return;
    }
    if (url.pathname === "/state") answer(200, JSON.stringify(state()), "application/json");
    else if (url.pathname === "/requests") {
      const asked = requestsOf(url.searchParams.get("product"));
      answer(200, JSON.stringify(asked), "application/json");
    } else if (url.pathname === "/kubeconfig")
      answer(200, shop.kubernetes.kubeconfig(TOKENS.clusterAdmin, NAMESPACE));
    else if (url.pathname === "/") answer(200, pageOf(shop, modes), "text/html; charset=utf-8");
    else answer(404, "There is no such page.");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}table{border-collapse:collapse}td,th{text-align:left;padding:.25rem 1rem .25rem 0}
form{display:inline}button{font:inherit;padding:.3rem .8rem;margin:.15rem .3rem .15rem 0}button[aria-pressed=true]{font-weight:700}p{margin:.3rem 0}`;

const DELIVERIES_SHOWN = 12;

function deliveryRow({ id, at, service, title, state, message }: DeliveryEntry): string {
  const again =
    state === "failed"
      ? ` <form method="post" action="/deliver-again?id=${id}"><button>Run it again</button></form>`
      : "";
  const cells = [at.slice(11, 19), service, title, state, message ?? ""].map(
    (text) => `<td>${escapeHtml(text)}</td>`,
  );
  return `<tr>${cells.join("")}<td>${again}</td></tr>`;
}

function pageOf(shop: Shop, modes: Map<Product, Mode>): string {
  const services = SERVICES.map(
    ({ name, title, threshold }) =>
      `<tr><th>${escapeHtml(title)}</th><td>${(shop.world.now(name) * 100).toFixed(1)} % fail</td><td>${
        shop.world.now(name) > threshold ? "hurt" : "well"
      }</td></tr>`,
  ).join("");
  const scenarios = Object.values(SCENARIOS)
    .map(
      ({ name, story }) =>
        `<p><form method="post" action="/break?scenario=${name}"><button>Ship “${name}” again</button></form> ${escapeHtml(story)}</p>`,
    )
    .join("");
  const faults = PRODUCTS.map(
    (product) =>
      `<p><strong>${product}</strong> ${MODES.map(
        (mode) =>
          `<form method="post" action="/fault?product=${product}&amp;mode=${mode}"><button aria-pressed="${modes.get(product) === mode}">${mode}</button></form>`,
      ).join("")}</p>`,
  ).join("");
  const teams = SERVICES.map(
    ({ name, title }) =>
      `<form method="post" action="/deliver?service=${name}"><button>Another team delivers ${escapeHtml(title)}</button></form>`,
  ).join("");
  const deliveries = shop.deliveries().slice(-DELIVERIES_SHOWN).reverse().map(deliveryRow).join("");
  const links = [
    ["GitHub", shop.github.url],
    ["Unleash", `${shop.unleash.url}/projects/default/features/discount-engine`],
    ["Prometheus", `${shop.prometheus.url}/graph`],
  ]
    .map(([name, url]) => `<a href="${escapeHtml(url ?? "")}">${name}</a>`)
    .join(" · ");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5"><title>Sandbox</title><style>${STYLE}</style>
<h1>The small world</h1><p>A shop of four services on this machine. ${links}</p>
<p>With kubectl: <code>curl -s $ADDRESS/kubeconfig &gt; shop.kubeconfig</code>, then <code>kubectl --kubeconfig shop.kubeconfig get deployments</code>.</p>
<h2>How the shop is</h2><table>${services}</table>
<h2>Ship a mistake</h2>${scenarios}
<h2>Other teams</h2><p>${teams}</p><table>${deliveries}</table>
<h2>Set something right by hand</h2>
<p><form method="post" action="/migrate-down"><button>Migrate checkout down</button></form> Takes its newest migration back, as somebody would with the down file.</p>
<p><form method="post" action="/end-outage"><button>The card provider comes back</button></form> Ends what is down outside.</p>
<h2>Take a product away</h2>${faults}</html>`;
}
