import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { Blocker } from "@/lib/contracts/lever";
import type { FlagRef } from "../flag-source";
import type { HttpAnswer, HttpJson } from "../http-json";
import { SourceError } from "../source-error";
import type { RetoggleStep } from "./plan-retoggle";
import { environmentPath } from "./unleash-reader";
import { WireUser } from "./unleash-wire";

const Refusal = z.object({
  name: z.string().catch(""),
  message: z.string().catch(""),
  permissions: z.array(z.string()).catch([]),
});

/**
 * May this token turn flags on and off here, past change requests? Asked without any effect: the
 * off of a flag that can't exist is refused for lack of permission (403), for change requests (403), or
 * else because there is no such flag (404). No other request tells all of this, and in the open source
 * server none tells about change requests. Null when it may.
 */
export async function mayToggle(http: HttpJson, ref: FlagRef): Promise<Blocker | null> {
  const nobody = { ...ref, key: `known-good-asks-${randomUUID()}` };
  const answer = await http.send("POST", `${environmentPath(nobody)}/off`);
  if (answer.status === 404) return null;
  if (answer.status === 403) return blockerFor(http, ref, answer);
  throw http.refusal(answer);
}

/** What the token lacks for these steps, apart from turning on and off, which `mayToggle` asks. */
export async function missingPermission(
  http: HttpJson,
  ref: FlagRef,
  steps: readonly RetoggleStep[],
  live: FlagState,
): Promise<Blocker | null> {
  const needed = new Set(steps.flatMap((step) => neededFor(step, live)));
  if (needed.size === 0) return null;
  let permissions: WireUser["permissions"];
  try {
    ({ permissions } = await http.read("/api/admin/user", WireUser));
  } catch (error) {
    // Not every kind of token may ask who it is; then the act itself will tell.
    if (error instanceof SourceError && error.code !== "unreachable") return null;
    throw error;
  }
  const isHere = (value: string | null | undefined, here: string) =>
    !value || value === "*" || value === here;
  const may = new Set(
    permissions
      .filter(
        ({ project, environment }) =>
          isHere(project, ref.project) && isHere(environment, ref.environment),
      )
      .map(({ permission }) => permission),
  );
  const missing = [...needed].find((permission) => !may.has(permission));
  return missing === undefined || may.has("ADMIN") ? null : noPermission(missing);
}

function neededFor(step: RetoggleStep, live: FlagState): string[] {
  switch (step.does) {
    case "off":
      return [];
    case "on":
      return live.strategies.length === 0 ? ["CREATE_FEATURE_STRATEGY"] : [];
    case "update":
    case "order":
      return ["UPDATE_FEATURE_STRATEGY"];
    case "create":
      return ["CREATE_FEATURE_STRATEGY"];
    case "remove":
      return ["DELETE_FEATURE_STRATEGY"];
    case "variants":
      return ["UPDATE_FEATURE_ENVIRONMENT_VARIANTS"];
    case "segment":
      return ["UPDATE_SEGMENT"];
    default:
      return step satisfies never;
  }
}

/** Why Unleash refused a mutation, as a named obstacle; throws where that isn't one of the flag's. */
export function blockerFor(http: HttpJson, ref: FlagRef, answer: HttpAnswer): Blocker {
  const { name, message, permissions } = Refusal.parse(answer.body ?? {});
  if (answer.status === 403) {
    const lacks = permissions[0] ?? /"([A-Z_]{4,})" permission/.exec(message)?.[1];
    if (lacks === "SKIP_CHANGE_REQUEST") return changeRequest(ref);
    if (name === "InvalidOperationError") return VARIANTS_RETIRED;
    return noPermission(lacks ?? "UPDATE_FEATURE_ENVIRONMENT");
  }
  if (name === "ArchivedFeatureError") {
    return {
      code: "archived",
      sentence: "The flag is archived. Revive it in Unleash to use it again.",
      who: "an Unleash admin",
      commands: [],
    };
  }
  throw http.refusal(answer);
}

function changeRequest(ref: FlagRef): Blocker {
  return {
    code: "change-request",
    sentence: `Changes in ${ref.environment} of project ${ref.project} need an approved change request. Make one in Unleash, or give this token the permission SKIP_CHANGE_REQUEST.`,
    who: "whoever approves change requests there",
    commands: [],
  };
}

function noPermission(permission: string): Blocker {
  return {
    code: "no-permission",
    sentence: `The Unleash token lacks the permission ${permission} here. Change the flag in Unleash, or give the token that permission.`,
    who: "an Unleash admin",
    commands: [],
  };
}

const VARIANTS_RETIRED: Blocker = {
  code: "variants-retired",
  sentence:
    "This Unleash no longer takes variants for a whole environment, so that state can't come back. Put the variants on a strategy, or turn the flag off.",
  who: null,
  commands: [],
};
