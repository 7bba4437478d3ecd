import type { Call, Route } from "./admin-api.ts";
import { notFound, schemaViolation } from "./unleash-problem.ts";
import {
  environmentView,
  flagRow,
  flagView,
  projectView,
  searchRow,
  segmentList,
  strategyListView,
  strategyView,
} from "./views.ts";

function segmentOf({ store, params }: Call) {
  const text = params.id ?? "";
  if (!/^\d+$/.test(text)) {
    throw schemaViolation(
      "/params/id",
      `The \`/params/id\` property must be integer. You sent ${JSON.stringify(text)}.`,
    );
  }
  const segment = store.segments.get(Number(text));
  if (!segment) throw notFound(`No segment exists with ID "${text}"`);
  return segment;
}

function flagsOf({ store }: Call, project: string | undefined) {
  return [...store.flags.values()].filter((flag) => !project || flag.project === project);
}

const searchFlags: Route["answer"] = (call) => {
  const query = call.request.url.searchParams;
  const projects = query
    .get("project")
    ?.replace(/^(IS|IS_ANY_OF):/, "")
    .split(",");
  const words = query.get("query")?.toLowerCase() ?? "";
  const matches = flagsOf(call, undefined)
    .filter((flag) => !projects || projects.includes(flag.project))
    .filter(({ name, description }) => `${name} ${description ?? ""}`.toLowerCase().includes(words))
    .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const asked = Number(query.get("limit"));
  const limit = asked > 0 && asked <= 100 ? asked : 50;
  const offset = Math.max(0, Number(query.get("offset")) || 0);
  const features = matches.slice(offset, offset + limit).map((flag) => searchRow(call.store, flag));
  return { status: 200, body: { features, total: matches.length } };
};

const oneStrategy: Route["answer"] = ({ store, params, doing }) => {
  const place = store.strategy(params.id ?? "");
  if (!place) throw notFound(`Could not find strategy with id: ${params.id}`);
  if (place.flag.name !== doing.flag || place.flag.project !== doing.project) {
    return { status: 403 };
  }
  return { status: 200, body: strategyView(place.strategy) };
};

const FLAG = "/projects/{project}/features/{flag}";
const PLACE = `${FLAG}/environments/{environment}`;

/** What only looks. */
export const readRoutes: Route[] = [
  {
    method: "GET",
    path: "/projects",
    answer: ({ store }) => ({
      status: 200,
      body: {
        version: 1,
        projects: [...store.projects.values()].map((project) => projectView(store, project)),
      },
    }),
  },
  {
    method: "GET",
    path: "/environments",
    answer: ({ store }) => {
      const all = [...store.projects.values()].flatMap((project) => project.environments);
      const named = new Map(all.map((environment) => [environment.name, environment]));
      const environments = [...named.values()].map((environment) => ({
        ...environment,
        enabled: true,
        protected: false,
        requiredApprovals: null,
        projectCount: all.filter((other) => other.name === environment.name).length,
        apiTokenCount: 0,
        enabledToggleCount: [...store.flags.values()].filter(
          (flag) => flag.environments.get(environment.name)?.enabled,
        ).length,
      }));
      return { status: 200, body: { version: 1, environments } };
    },
  },
  {
    method: "GET",
    path: "/projects/{project}/features",
    answer: (call) => ({
      status: 200,
      body: {
        version: 2,
        features: flagsOf(call, call.params.project).map((flag) => flagRow(call.store, flag)),
      },
    }),
  },
  {
    method: "GET",
    path: FLAG,
    answer: ({ store, doing, request }) => {
      const withVariants = request.url.searchParams.get("variantEnvironments") === "true";
      const flag = store.flag(doing.project, doing.flag);
      return { status: 200, body: flagView(store, flag, withVariants, doing.by) };
    },
  },
  {
    method: "GET",
    path: PLACE,
    answer: ({ store, doing }) => {
      const flag = store.flag(doing.project, doing.flag);
      const environment = flag.environments.get(doing.environment);
      if (!environment) throw notFound(`Could not find ${doing.flag} in ${doing.environment}`);
      return { status: 200, body: environmentView(flag, environment) };
    },
  },
  {
    method: "GET",
    path: `${PLACE}/strategies`,
    answer: ({ store, doing }) => {
      // Like the server, which looks here for the flag alone and never at the project.
      const environment = store.flags.get(doing.flag)?.environments.get(doing.environment);
      if (!environment) {
        throw notFound(`Feature ${doing.flag} does not have environment ${doing.environment}`);
      }
      return { status: 200, body: strategyListView(environment) };
    },
  },
  { method: "GET", path: `${PLACE}/strategies/{id}`, answer: oneStrategy },
  {
    method: "GET",
    path: `${PLACE}/variants`,
    answer: ({ store, doing }) => ({
      status: 200,
      body: { version: 1, variants: store.environment(doing).variants },
    }),
  },
  { method: "GET", path: "/search/features", answer: searchFlags },
  {
    method: "GET",
    path: "/search/events",
    answer: ({ store, request, base }) => ({
      status: 200,
      body: store.log.search(request.url.searchParams, base),
    }),
  },
  {
    method: "GET",
    path: "/events/{flag}",
    answer: ({ store, params }) => {
      const all = store.log.newestFirst().filter((event) => event.featureName === params.flag);
      const events = all.slice(0, 50);
      const body = { version: 1, toggleName: params.flag, events, totalEvents: all.length };
      return { status: 200, body };
    },
  },
  {
    method: "GET",
    path: "/segments",
    answer: ({ store }) => ({ status: 200, body: { segments: segmentList(store) } }),
  },
  {
    method: "GET",
    path: "/segments/strategies/{id}",
    answer: ({ store, params }) => {
      const ids = store.strategy(params.id ?? "")?.strategy.segments ?? [];
      const segments = ids.flatMap((id) => store.segments.get(id) ?? []);
      return { status: 200, body: { segments } };
    },
  },
  {
    method: "GET",
    path: "/segments/{id}",
    answer: (call) => ({ status: 200, body: segmentOf(call) }),
  },
];
