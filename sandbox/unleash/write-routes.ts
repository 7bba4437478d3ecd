import jsonPatch, { type Operation } from "fast-json-patch";
import { z } from "zod";
import type { WireAnswer } from "../wire/start-wire-server.ts";
import type { Call, Route } from "./admin-api.ts";
import type { Variant } from "./flag-model.ts";
import type { FlagStore } from "./flag-store.ts";
import {
  bulkSchema,
  newStrategySchema,
  parseAs,
  segmentSchema,
  strategyUpdateSchema,
  variantSchema,
} from "./strategy-input.ts";
import { badData, notFound, refusal } from "./unleash-problem.ts";
import { strategyView } from "./views.ts";

const operationSchema = z.custom<Operation>(
  (value) => typeof value === "object" && value !== null && "op" in value && "path" in value,
  "must be a JSON Patch operation",
);

function done(body?: unknown): WireAnswer {
  return { status: 200, body, mutated: true };
}

function toggle(enabled: boolean): Route["answer"] {
  return ({ store, doing, request }) => {
    const activate = request.url.searchParams.get("shouldActivateDisabledStrategies") === "true";
    store.setEnabled(doing, enabled, activate);
    return done();
  };
}

/** All or none: a flag that can't be found stops the others too. */
function bulkToggle(enabled: boolean): Route["answer"] {
  return ({ store, doing, request, body }) => {
    const { features } = parseAs(bulkSchema, body);
    const activate = request.url.searchParams.get("shouldActivateDisabledStrategies") === "true";
    for (const flag of features) store.environment({ ...doing, flag });
    for (const flag of features) store.setEnabled({ ...doing, flag }, enabled, activate);
    return done();
  };
}

/** What an update answers: like the read, save for the order, which JSON doesn't have. */
function patchStrategy({ store, doing, params, body }: Call): WireAnswer {
  const operations = parseAs(z.array(operationSchema), body);
  const id = params.id ?? "";
  const place = store.strategy(id);
  if (!place) throw notFound(`Could not find strategy with id: ${id}`);
  if (place.flag.name !== doing.flag || place.flag.project !== doing.project) {
    return { status: 403 };
  }
  let patched: unknown;
  try {
    const current = structuredClone(strategyView(place.strategy));
    patched = jsonPatch.applyPatch(current, operations).newDocument;
  } catch (error) {
    throw refusal(500, "UnknownError", error instanceof Error ? error.message : String(error));
  }
  const input = parseAs(newStrategySchema, patched, "");
  return done(strategyView(store.updateStrategy(doing, id, input)));
}

function patchedVariants(store: FlagStore, call: Call): Variant[] {
  const operations = parseAs(z.array(operationSchema), call.body);
  const current = structuredClone(store.environment(call.doing).variants);
  try {
    return parseAs(
      z.array(variantSchema),
      jsonPatch.applyPatch(current, operations).newDocument,
      "",
    );
  } catch (error) {
    throw badData(
      `Could not apply provided patch: ${error instanceof Error ? error.message : error}`,
    );
  }
}

const PLACE = "/projects/{project}/features/{flag}/environments/{environment}";
const BULK = "/projects/{project}/bulk_features/environments/{environment}";
const toggling = { permissions: ["UPDATE_FEATURE_ENVIRONMENT"], guarded: true };

/** What changes something. */
export const writeRoutes: Route[] = [
  { method: "POST", path: `${PLACE}/on`, ...toggling, answer: toggle(true) },
  { method: "POST", path: `${PLACE}/off`, ...toggling, answer: toggle(false) },
  { method: "POST", path: `${BULK}/on`, ...toggling, json: true, answer: bulkToggle(true) },
  { method: "POST", path: `${BULK}/off`, ...toggling, json: true, answer: bulkToggle(false) },
  {
    method: "POST",
    path: `${PLACE}/strategies`,
    permissions: ["CREATE_FEATURE_STRATEGY"],
    json: true,
    guarded: true,
    answer: ({ store, doing, body }) =>
      done(strategyView(store.addStrategy(doing, parseAs(newStrategySchema, body)))),
  },
  {
    method: "PUT",
    path: `${PLACE}/strategies/{id}`,
    permissions: ["UPDATE_FEATURE_STRATEGY"],
    json: true,
    guarded: true,
    answer: ({ store, doing, params, body }) => {
      const input = parseAs(strategyUpdateSchema, body);
      return done(strategyView(store.updateStrategy(doing, params.id ?? "", input)));
    },
  },
  {
    method: "PATCH",
    path: `${PLACE}/strategies/{id}`,
    permissions: ["UPDATE_FEATURE_STRATEGY"],
    json: true,
    guarded: true,
    answer: patchStrategy,
  },
  {
    method: "DELETE",
    path: `${PLACE}/strategies/{id}`,
    permissions: ["DELETE_FEATURE_STRATEGY"],
    guarded: true,
    answer: ({ store, doing, params }) => {
      store.removeStrategy(doing, params.id ?? "");
      return { status: 200, contentType: "application/json; charset=utf-8", mutated: true };
    },
  },
  {
    method: "PUT",
    path: `${PLACE}/variants`,
    permissions: ["UPDATE_FEATURE_ENVIRONMENT_VARIANTS"],
    json: true,
    guarded: true,
    answer: ({ store, doing, body }) => {
      const variants = store.setVariants(doing, parseAs(z.array(variantSchema), body));
      return done({ version: 1, variants });
    },
  },
  {
    method: "PATCH",
    path: `${PLACE}/variants`,
    permissions: ["UPDATE_FEATURE_ENVIRONMENT_VARIANTS"],
    json: true,
    guarded: true,
    answer: (call) => {
      const variants = call.store.setVariants(call.doing, patchedVariants(call.store, call));
      return done({ version: 1, variants });
    },
  },
  {
    method: "PUT",
    path: "/segments/{id}",
    permissions: ["UPDATE_SEGMENT", "UPDATE_PROJECT_SEGMENT"],
    json: true,
    answer: ({ store, doing, params, body }) => {
      store.updateSegment(Number(params.id), parseAs(segmentSchema, body), doing.by, doing.at);
      return { status: 204, mutated: true };
    },
  },
];
