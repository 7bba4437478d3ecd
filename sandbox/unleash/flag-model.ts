import { randomInt } from "node:crypto";

/** A rule on one field of an SDK's context. */
export type Constraint = {
  contextName: string;
  operator: string;
  values?: string[];
  value?: string;
  inverted?: boolean;
  caseInsensitive?: boolean;
};

/** One variant; `weight` is in thousandths. */
export type Variant = {
  name: string;
  weight: number;
  weightType?: "variable" | "fix";
  stickiness?: string;
  payload?: { type: string; value: string };
  overrides?: { contextName: string; values: string[] }[];
};

/** An activation strategy. A percentage lives in `parameters.rollout` as text. */
export type Strategy = {
  id: string;
  name: string;
  title: string | null;
  disabled: boolean;
  constraints: Constraint[];
  parameters: Record<string, string>;
  variants: Variant[];
  sortOrder: number;
  segments: number[];
};

export type Segment = {
  id: number;
  name: string;
  description: string | null;
  constraints: Constraint[];
  createdBy: string;
  createdAt: string;
};

/** A flag's state in one environment. */
export type FlagEnvironment = {
  name: string;
  enabled: boolean;
  strategies: Strategy[];
  /** Variants on the environment itself: the old way, still honoured where they exist. */
  variants: Variant[];
};

export type Flag = {
  project: string;
  name: string;
  description: string | null;
  type: string;
  createdAt: string;
  createdBy: Actor;
  environments: Map<string, FlagEnvironment>;
};

export type Environment = { name: string; type: string; sortOrder: number };

export type Project = {
  id: string;
  name: string;
  createdAt: string;
  environments: Environment[];
};

/** Who does something. */
export type Actor = { id: number; username: string };

/** The id that all admin API tokens share; people have ids of their own. */
export const ADMIN_TOKEN_ID = -42;

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** An id as the real server makes them: a ULID, sortable by time (`at` in ms since 1970). */
export function createId(at: number): string {
  let time = "";
  for (let rest = at, index = 0; index < 10; index++, rest = Math.floor(rest / 32)) {
    time = LETTERS.charAt(rest % 32) + time;
  }
  return time + Array.from({ length: 16 }, () => LETTERS.charAt(randomInt(32))).join("");
}

/** A strategy as events show it: a copy, so later changes leave the past alone. */
export function copyOf(strategy: Strategy): Strategy {
  return structuredClone(strategy);
}
