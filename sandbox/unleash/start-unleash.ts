import type { Faults } from "../wire/faults.ts";
import {
  type RecordedRequest,
  startWireServer,
  type WireRequest,
} from "../wire/start-wire-server.ts";
import { createAdminApi } from "./admin-api.ts";
import { createId, type Strategy, type Variant } from "./flag-model.ts";
import { flagPage } from "./flag-page.ts";
import { type FlagChange, FlagStore } from "./flag-store.ts";
import { People, type TokenOwner } from "./people.ts";
import { seedFlags, type UnleashSeed } from "./seed.ts";
import { UnleashProblem, unknownPath, unknownToken } from "./unleash-problem.ts";

export type UnleashOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  /** By the exact text of the Authorization header. */
  tokens: Record<string, TokenOwner>;
  /** Environments where only admins change flags directly. */
  changeRequests?: { project: string; environment: string }[];
  /** Lets environments get variants of their own, as servers before 8 did. */
  legacyVariants?: boolean;
  /** Milliseconds since 1970. */
  now?: () => number;
};

export type FlagPlace = { project: string; flag: string; environment: string };

export type FlagState = {
  enabled: boolean;
  /**
   * The share of everybody that the strategies let in, 0 to 100, whether or not the flag is on:
   * the widest active strategy without constraints or segments. Null when there is none.
   */
  rolloutPercent: number | null;
  strategies: Strategy[];
  variants: Variant[];
};

export type UnleashSandbox = {
  url: string;
  seed: (seed: UnleashSeed) => void;
  /** Throws when there is no such flag or environment. */
  state: (project: string, flag: string, environment: string) => FlagState;
  /** Calls back after every change, however it came about. Returns how to stop that. */
  onChange: (listener: (change: FlagChange) => void) => () => void;
  /** Turns a flag on or off in the name of a person, past roles and change requests. */
  setFlag: (change: FlagPlace & { enabled: boolean; by: string }) => void;
  /** Sets the share of the first gradual rollout (adds one where there is none). */
  setRollout: (change: FlagPlace & { percent: number; by: string }) => void;
  /** Gives a segment other constraints in the name of a person. */
  setSegment: (change: { id: number; constraints: Strategy["constraints"]; by: string }) => void;
  faults: Faults;
  /** The last 2,000 requests, oldest first. */
  requests: () => RecordedRequest[];
  stop: () => Promise<void>;
};

function shareOf(strategy: Strategy): number {
  return strategy.name === "flexibleRollout" ? Number(strategy.parameters.rollout ?? "100") : 100;
}

/** The Unleash admin API with flags in memory, on loopback. */
export async function startUnleash(options: UnleashOptions): Promise<UnleashSandbox> {
  const now = options.now ?? Date.now;
  const store = new FlagStore();
  store.legacyVariants = options.legacyVariants ?? false;
  const people = new People(options.tokens);
  const adminApi = createAdminApi({
    store,
    people,
    changeRequests: options.changeRequests ?? [],
    now,
    base: () => server.url,
  });

  function handle(request: WireRequest) {
    const { pathname } = request.url;
    if (pathname === "/health" || pathname === "/ready") {
      return { status: 200, body: { health: "GOOD" } };
    }
    if (pathname.startsWith("/api/admin")) return adminApi(request);
    const page = /^\/projects\/([^/]+)\/features\/([^/]+)/.exec(pathname);
    if (!page) return { status: 404, body: unknownPath(pathname).body };
    try {
      const [project = "", name = ""] = page.slice(1).map(decodeURIComponent);
      const body = flagPage(store, store.flag(project, name));
      return { status: 200, body, contentType: "text/html; charset=utf-8" };
    } catch (error) {
      if (!(error instanceof UnleashProblem)) throw error;
      return { status: error.status, body: error.message, contentType: "text/plain" };
    }
  }

  const server = await startWireServer({
    port: options.port ?? 0,
    now,
    handle,
    faultAnswer: (fault) =>
      fault === "unauthorized"
        ? { status: 401, body: unknownToken().body }
        : {
            status: 500,
            body: { name: "UnknownError", message: "Something went wrong", details: [] },
          },
  });

  function doing({ project, flag, environment }: FlagPlace, by: string) {
    const at = now();
    return { project, flag, environment, by: people.actor(by), at, groupId: createId(at) };
  }

  return {
    url: server.url,
    faults: server.faults,
    requests: server.requests,
    stop: server.stop,
    seed: (seed) => seedFlags(store, seed, (name) => people.actor(name)),
    onChange: (listener) => store.onChange(listener),
    state: (project, flag, environment) => {
      const found = store.environment(doing({ project, flag, environment }, ""));
      const open = found.strategies.filter(
        ({ disabled, constraints, segments }) =>
          !disabled && constraints.length === 0 && segments.length === 0,
      );
      return {
        enabled: found.enabled,
        rolloutPercent: open.length > 0 ? Math.max(...open.map(shareOf)) : null,
        strategies: structuredClone(found.strategies),
        variants: structuredClone(found.variants),
      };
    },
    setFlag: ({ enabled, by, ...place }) => store.setEnabled(doing(place, by), enabled),
    setRollout: ({ percent, by, ...place }) => {
      const context = doing(place, by);
      const strategies = store.environment(context).strategies;
      const gradual = strategies.find((strategy) => strategy.name === "flexibleRollout");
      const parameters = { ...gradual?.parameters, rollout: String(percent) };
      if (gradual) store.updateStrategy(context, gradual.id, { ...gradual, parameters });
      else store.addStrategy(context, { name: "flexibleRollout", parameters });
    },
    setSegment: ({ id, constraints, by }) => {
      const name = store.segments.get(id)?.name ?? "";
      store.updateSegment(id, { name, constraints }, people.actor(by), now());
    },
  };
}
