import type { WireAnswer, WireRequest } from "../wire/start-wire-server.ts";
import { createId } from "./flag-model.ts";
import type { Doing, FlagStore } from "./flag-store.ts";
import { type Caller, type People, userView } from "./people.ts";
import { readRoutes } from "./read-routes.ts";
import {
  changeRequestNeeded,
  gateRefusal,
  loginNeeded,
  missingPermission,
  refusal,
  UnleashProblem,
  unknownPath,
  unknownToken,
} from "./unleash-problem.ts";
import { writeRoutes } from "./write-routes.ts";

export type AdminApiOptions = {
  store: FlagStore;
  people: People;
  changeRequests: { project: string; environment: string }[];
  now: () => number;
  /** Where the links in event summaries point. */
  base: () => string;
};

/** Everything a route needs to answer one request. */
export type Call = {
  store: FlagStore;
  caller: Caller;
  request: WireRequest;
  /** Decoded path parameters. */
  params: Record<string, string>;
  base: string;
  /** The parsed JSON body, undefined when there was none. */
  body: unknown;
  doing: Doing;
};

export type Route = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below /api/admin, with `{name}` for parameters. */
  path: string;
  /** Any of these lets the caller in; empty: everybody who is logged in. */
  permissions?: string[];
  /** Needs a JSON body; otherwise the body is read if there is one. */
  json?: boolean;
  /** Blocked for those who can't skip change requests where they are required. */
  guarded?: boolean;
  answer: (call: Call) => WireAnswer;
};

type Compiled = Route & { pattern: RegExp; names: string[] };

function compile(route: Route): Compiled {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const source = route.path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "([^/]+)");
  return { ...route, names, pattern: new RegExp(`^/api/admin${source}/?$`) };
}

function mayDo(caller: Caller, permissions: string[]): boolean {
  if (permissions.length === 0 || caller.permissions === "admin") return true;
  return caller.permissions === "editor" && !permissions.includes("ADMIN");
}

function parseJson(request: WireRequest, required: boolean): unknown {
  const contentType = request.header("content-type");
  if (required && !contentType?.startsWith("application/json")) {
    const sent = contentType ?? "you didn't provide one";
    throw gateRefusal(
      415,
      "ContentTypeError",
      `We do not accept the content-type you provided (${sent}). Try using one of the content-types we do accept instead (application/json) and make sure the body is in the corresponding format.`,
    );
  }
  if (!request.body || !contentType?.startsWith("application/json")) return undefined;
  try {
    return JSON.parse(request.body);
  } catch (error) {
    throw refusal(400, "BadRequestError", String(error));
  }
}

/** The handler for everything under /api/admin: who may, where, and in the server's words if not. */
export function createAdminApi(options: AdminApiOptions): (request: WireRequest) => WireAnswer {
  const { store, people, changeRequests } = options;
  const user: Route = {
    method: "GET",
    path: "/user",
    answer: ({ caller }) => ({ status: 200, body: userView(store, caller) }),
  };
  const routes = [user, ...readRoutes, ...writeRoutes].map(compile);

  function answer(request: WireRequest): WireAnswer {
    const token = request.header("authorization");
    if (!token) throw loginNeeded();
    const caller = people.caller(token);
    if (!caller) throw unknownToken();
    for (const route of routes) {
      if (route.method !== request.method) continue;
      const match = route.pattern.exec(request.url.pathname);
      if (!match) continue;
      const params: Record<string, string> = {};
      route.names.forEach((name, index) => {
        params[name] = decodeURIComponent(match[index + 1] ?? "");
      });
      const { project = "", flag = "", environment = "" } = params;
      const needed = route.permissions ?? [];
      if (!mayDo(caller, needed)) throw missingPermission(needed);
      const body = parseJson(request, route.json ?? false);
      const protectedHere = changeRequests.some(
        (setting) => setting.project === project && setting.environment === environment,
      );
      if (route.guarded && protectedHere && caller.permissions !== "admin") {
        throw changeRequestNeeded();
      }
      const at = options.now();
      const doing = { project, flag, environment, by: caller.actor, at, groupId: createId(at) };
      return route.answer({ store, caller, request, params, base: options.base(), body, doing });
    }
    throw unknownPath(request.url.pathname);
  }

  return (request) => {
    try {
      return answer(request);
    } catch (error) {
      if (!(error instanceof UnleashProblem)) throw error;
      return { status: error.status, body: error.body };
    }
  };
}
