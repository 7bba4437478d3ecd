import { type LogWriter, seedOf } from "../kubernetes/log-writer.ts";
import type { PodTemplate } from "../kubernetes/start-kubernetes.ts";
import type { Cause } from "./behaviour.ts";
import type { LiveWorld } from "./live-world.ts";
import { shaOf } from "./pod-template.ts";

/** What a failing request leaves in the log: the error, where it was thrown, what the customer got. */
type Failure = { route: string; status: number; error: string; stack: string[] };

const at = (what: string, place: string) => `    at ${what} (/app/services/${place})`;
const HANDLER = at("async handle", "shared/src/server.ts:58:18");

const FAILURES: Record<Cause, Failure> = {
  "no-post-code": {
    route: "POST /orders",
    status: 500,
    error: "TypeError: Cannot read properties of undefined (reading 'trim')",
    stack: [
      at("tidied", "checkout/src/address.ts:7:55"),
      at("placeOrder", "checkout/src/orders.ts:12:21"),
    ],
  },
  voucher: {
    route: "POST /orders",
    status: 500,
    error: "TypeError: Cannot read properties of undefined (reading 'code')",
    stack: [
      at("discountFor", "checkout/src/discounts/engine.ts:8:54"),
      at("totalOf", "checkout/src/cart.ts:31:10"),
    ],
  },
  "missing-currency": {
    route: "POST /orders",
    status: 500,
    error:
      'error: null value in column "currency" of relation "orders" violates not-null constraint',
    stack: [
      at("Parser.parseErrorMessage", "node_modules/pg-protocol/src/parser.ts:369:69"),
      at("placeOrder", "checkout/src/orders.ts:6:10"),
    ],
  },
  "unknown-currency": {
    route: "POST /orders",
    status: 500,
    error: "Error: unknown currency CHF",
    stack: [at("placeOrder", "checkout/src/orders.ts:8:40")],
  },
  "minor-units": {
    route: "POST /charges",
    status: 502,
    error: "ProviderError: card provider answered 400: unknown field amount_minor",
    stack: [at("charge", "payments/src/provider.ts:14:11")],
  },
  "provider-timeout": {
    route: "POST /charges",
    status: 504,
    error: "TimeoutError: card provider didn't answer within 500 ms",
    stack: [at("charge", "payments/src/provider.ts:9:11")],
  },
  "provider-down": {
    route: "POST /charges",
    status: 502,
    error: "ProviderError: card provider answered 503: service unavailable",
    stack: [at("charge", "payments/src/provider.ts:14:11")],
  },
  "legacy-price": {
    route: "GET /products/4711",
    status: 500,
    error: 'error: column "legacy_price" does not exist',
    stack: [
      at("Parser.parseErrorMessage", "node_modules/pg-protocol/src/parser.ts:369:69"),
      at("priceOf", "catalog/src/price.ts:5:17"),
    ],
  },
  "first-page": {
    route: "GET /products?page=1",
    status: 500,
    error: "RangeError: listing is empty although it has 2418 products",
    stack: [at("listProducts", "catalog/src/listing.ts:7:9")],
  },
  "slow-pages": {
    route: "GET /",
    status: 504,
    error: "TimeoutError: page wasn't built within 3000 ms",
    stack: [at("render", "storefront/src/home.ts:22:11")],
  },
};

const ROUTES: Record<string, string[]> = {
  storefront: ["GET /", "GET /deals", "GET /products/4711", "GET /cart", "GET /healthz"],
  catalog: ["GET /products?page=2", "GET /products/4711", "GET /search?q=lamp", "GET /healthz"],
  checkout: ["POST /orders", "GET /cart", "POST /cart/items", "GET /delivery", "GET /healthz"],
  payments: ["POST /charges", "POST /refunds", "GET /receipts/90210", "GET /healthz"],
};

const CRASH = [
  "FATAL uncaught exception, the process exits with code 1",
  "Error: unhandled rejection in the queue of address checks",
  at("drain", "checkout/src/queue.ts:41:13"),
  "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
];

/**
 * What the shop's containers write: how they start, each request with how it ended, and where a version
 * fails, the error with its stack. Bad versions are careless with secrets, as bad versions are.
 */
export function shopLines(faultAt: LiveWorld["faultAt"]): LogWriter {
  return ({ pod, container: service }, { index, atMs, isLast }) => {
    const template: PodTemplate = { metadata: pod.metadata, spec: pod.spec };
    const version = shaOf(template)?.slice(0, 7) ?? "unknown";
    const { cause, ratio } = faultAt(service, template, atMs);
    const failure = cause && FAILURES[cause];
    const head = (level: string, more: string, ms = 0) =>
      `${new Date(atMs + ms).toISOString()} ${level} service=${service} version=${version} ${more}`;
    if (isLast) return [head("error", `msg="${CRASH[0]}"`), ...CRASH.slice(1)];
    if (index === 0) {
      return [
        head("info", 'msg="starting" node=24.2.0'),
        ...(failure
          ? [
              head(
                "debug",
                `msg="database connected" url=postgres://${service}:pw-do-not-show@db/${service}`,
                1,
              ),
            ]
          : [head("info", 'msg="database connected" pool=10', 1)]),
        head("info", 'msg="listening" port=8080', 2),
      ];
    }
    const seed = seedOf(pod, index);
    const request = `request_id=${seed.toString(16).padStart(8, "0")}`;
    const routes = ROUTES[service] ?? ["GET /healthz"];
    const fails = (seed % 1_000) / 1_000 < ratio;
    if (fails && failure) {
      const lines = [
        head(
          "error",
          `${request} ${routeText(failure.route)} status=${failure.status} msg="${failure.error.replaceAll('"', "'")}"`,
        ),
        failure.error,
        ...failure.stack,
        HANDLER,
      ];
      const isCareless = seed % 5 === 0;
      const token = `tok-${(seed * 7).toString(36)}-do-not-show`;
      return isCareless
        ? [
            head(
              "debug",
              `${request} msg="outgoing request" url=http://internal/ headers="Authorization: Bearer ${token}"`,
            ),
            ...lines,
          ]
        : lines;
    }
    const route = routes[(seed >>> 8) % routes.length] ?? "GET /healthz";
    const ms = 3 + ((seed >>> 4) % 90);
    if (fails) {
      return [
        head(
          "warn",
          `${request} ${routeText(route)} status=499 duration_ms=${ms} msg="client closed the connection"`,
        ),
      ];
    }
    return [
      head(
        "info",
        `${request} ${routeText(route)} status=${route.startsWith("POST") ? 201 : 200} duration_ms=${ms}`,
      ),
    ];
  };
}

function routeText(route: string): string {
  const [method, path] = route.split(" ");
  return `method=${method} path=${path}`;
}
