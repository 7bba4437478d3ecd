import type { Answer, Exchange } from "./exchange.ts";
import { HttpError, notFound } from "./exchange.ts";

/** `pattern` holds `:name` for one segment and `*name` for any number of them. */
export type Route = {
  method: string;
  pattern: string;
  handle: (exchange: Exchange) => Answer | Promise<Answer>;
};

type Compiled = Route & { expression: RegExp };

function compile(route: Route): Compiled {
  const source = route.pattern
    .replace(/[.]/g, "\\.")
    .replace(/:(\w+)/g, "(?<$1>[^/]+)")
    .replace(/\*(\w+)/g, "(?<$1>.+)");
  return { ...route, expression: new RegExp(`^${source}/?$`) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, "Bad Request");
  }
}

/** Finds the first route for a method and path; paths under another repository do not exist. */
export class Router {
  readonly #routes: Compiled[];

  constructor(routes: Route[]) {
    this.#routes = routes.map(compile);
  }

  async answer(path: string, exchange: Exchange): Promise<Answer> {
    for (const route of this.#routes) {
      if (route.method !== exchange.method) continue;
      const match = route.expression.exec(path);
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decode(text)]);
      exchange.params = Object.fromEntries(params);
      const { owner, repo } = exchange.params;
      if (owner !== undefined && repo !== undefined) {
        const known = exchange.site.repository?.fullName.toLowerCase();
        if (known !== `${owner}/${repo}`.toLowerCase()) throw notFound();
      }
      return route.handle(exchange);
    }
    throw notFound();
  }
}
