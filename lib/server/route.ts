import "server-only";
import * as z from "zod";
import type { Actor, Role } from "@/lib/contracts/role";
import { type App, getApp } from "./app-state";
import type { Ctx } from "./context";
import { invalidInput, type ProblemAnswer, problemOf } from "./errors";
import type { LiveEvents } from "./events";
import { type Gate, identify } from "./identify";
import { createLog } from "./log";
import { Refusal } from "./refusal";
import { type BodyKind, checkOrigin, checkPath, isForm, readBody } from "./request-guard";
import { storable } from "./storable";

/** Who may use a route: a role and everything above it, or anybody at all. */
export type Access = Role | "public";

export type RouteOptions<
  I extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  P extends z.ZodType = z.ZodType,
> = {
  access: Access;
  input?: I;
  query?: Q;
  params?: P;
  /** `raw`: the verb checks the body itself (a signature) and gets its text. JSON unless told. */
  body?: BodyKind;
};

export type RouteTools<I, Q, P> = {
  input: I;
  query: Q;
  params: P;
  /** The body's text, for `body: "raw"`. */
  raw: string;
  request: Request;
  app: App;
  live: LiveEvents;
  /** Asks again whether this request would be let in now: for answers that take long. */
  isStillAllowed: () => Promise<boolean>;
};

type RouteContext = { params: Promise<unknown> };
export type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

const RANK: Record<Role, number> = { viewer: 1, responder: 2, admin: 3 };
const NOBODY: Actor = { id: "anonymous", name: "Anonymous", role: "viewer", via: "system" };

/** Whether somebody with `role` may do what asks for `access`. */
export function isAllowed(role: Role, access: Role): boolean {
  return RANK[role] >= RANK[access];
}

/**
 * The one door. In this order: where the request comes from, who sends it, what they may do, what
 * they ask, the verb, the answer. What a verb returns becomes JSON; a Response is passed on.
 */
export function route<
  I extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  P extends z.ZodType = z.ZodUndefined,
>(
  options: RouteOptions<I, Q, P>,
  verb: (ctx: Ctx, tools: RouteTools<z.infer<I>, z.infer<Q>, z.infer<P>>) => Promise<unknown>,
): RouteHandler {
  return answering(async (app, request, context) => {
    const isRaw = options.body === "raw";
    checkPath(request);
    checkOrigin(request, app, options.body);
    const { serving } = app;
    if (serving === null) throw databaseAway(app);
    const gate = gateOf(app);
    const shown = shownBy(request.headers);
    const actor = options.access === "public" ? NOBODY : await admit(gate, shown, options.access);
    const params = parse(
      options.params,
      options.params ? storable(await context.params) : undefined,
    );
    const query = parse(options.query, options.query ? queryOf(request) : undefined);
    const raw = isRaw || options.input ? await readBody(request) : "";
    const read = options.body === "form" && isForm(request) ? fieldsOf : jsonOf;
    const input = parse(options.input, options.input && !isRaw ? read(raw) : undefined);
    const ctx: Ctx = { ...serving.base, actor };
    const { access } = options;
    const isStillAllowed = async () => {
      if (app.serving === null) return false;
      if (access === "public") return true;
      const again = await identify(gate, shown);
      return again !== null && isAllowed(again.role, access);
    };
    const { live } = serving;
    const tools = { input, query, params, raw, request, app, live, isStillAllowed };
    return answerOf(await verb(ctx, tools));
  });
}

/** A route about the program itself, which must answer when nothing else can. Shows nobody's data. */
export function statusRoute(answer: (app: App) => Promise<Response>): RouteHandler {
  return answering((app) => answer(app));
}

/** 201 with what was made. */
export function created(value: unknown): Response {
  return Response.json(value, { status: 201 });
}

/** 202: taken, and worked on later. */
export function accepted(value: unknown = {}): Response {
  return Response.json(value, { status: 202 });
}

export function gateOf(app: App): Gate {
  if (app.serving === null) throw databaseAway(app);
  const { base } = app.serving;
  return { db: base.db, signIn: app.signIn, bootstrapHash: app.bootstrapHash, now: base.now };
}

function shownBy(headers: Headers) {
  return { cookie: headers.get("cookie"), authorization: headers.get("authorization") };
}

async function admit(gate: Gate, shown: ReturnType<typeof shownBy>, access: Role): Promise<Actor> {
  const actor = await identify(gate, shown);
  if (actor === null) {
    const why = gate.signIn.problem ?? "Sign in first, or present a token.";
    throw new Refusal(gate.signIn.problem ? "sign-in-broken" : "not-signed-in", 401, why);
  }
  if (!isAllowed(actor.role, access)) {
    throw new Refusal(
      "not-allowed",
      403,
      `This needs the role ${access}; you have the role ${actor.role}. An admin of Known Good can change that.`,
    );
  }
  return actor;
}

function databaseAway(app: App): Refusal {
  return new Refusal("database-unavailable", 503, app.problem ?? "The database doesn't answer.");
}

function answering(
  handle: (app: App, request: Request, context: RouteContext) => Promise<Response>,
): RouteHandler {
  return async (request, context) => {
    let app: App | null = null;
    try {
      app = await getApp();
      app.answering += 1;
      return guarded(await handle(app, request, context));
    } catch (error) {
      const isWrite = request.method !== "GET" && request.method !== "HEAD";
      return guarded(refused(problemOf(error, app?.log ?? createLog("info"), { isWrite })));
    } finally {
      if (app) app.answering -= 1;
    }
  };
}

function refused({ status, problem, retryAt }: ProblemAnswer): Response {
  const response = Response.json(problem, { status });
  if (status === 401) response.headers.set("WWW-Authenticate", 'Bearer realm="Known Good"');
  const seconds = retryAt ? Math.ceil((retryAt.getTime() - Date.now()) / 1000) : 5;
  if (status === 503) response.headers.set("Retry-After", String(Math.max(1, seconds)));
  return response;
}

/** Answers are for one person and one moment: no cache between us may keep them. */
function guarded(response: Response): Response {
  const headers = new Headers(response.headers);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "private, no-store");
  headers.set("Vary", "Cookie, Authorization");
  headers.set("X-Content-Type-Options", "nosniff");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

function answerOf(value: unknown): Response {
  if (value instanceof Response) return value;
  if (value === undefined || value === null) return new Response(null, { status: 204 });
  return Response.json(value);
}

function parse<S extends z.ZodType>(schema: S | undefined, value: unknown): z.infer<S> {
  const parsed = (schema ?? z.undefined()).safeParse(value);
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data as z.infer<S>;
}

function queryOf(request: Request): Record<string, string> {
  return storable(Object.fromEntries(new URL(request.url).searchParams));
}

function fieldsOf(text: string): unknown {
  return storable(Object.fromEntries(new URLSearchParams(text)));
}

function jsonOf(text: string): unknown {
  try {
    return storable(JSON.parse(text === "" ? "{}" : text));
  } catch {
    throw new Refusal("invalid-json", 400, "The body isn't JSON.");
  }
}
