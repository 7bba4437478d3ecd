import { createHash } from "node:crypto";
import { type Actor, ADMIN_TOKEN_ID } from "./flag-model.ts";
import type { FlagStore } from "./flag-store.ts";

/**
 * What a token may do. `admin` may do anything, also past change requests; `editor` changes flags
 * and segments but not where change requests are required; `read` only looks.
 */
export type TokenOwner = { username: string; permissions: "admin" | "editor" | "read" };

export type Caller = TokenOwner & { actor: Actor; token: string };

const FLAG_PERMISSIONS = [
  "CREATE_FEATURE_STRATEGY",
  "DELETE_FEATURE_STRATEGY",
  "UPDATE_FEATURE_ENVIRONMENT",
  "UPDATE_FEATURE_ENVIRONMENT_VARIANTS",
  "UPDATE_FEATURE_STRATEGY",
];

/** Who is behind each token. Tokens written `*:*.secret` are API tokens, all others people's. */
export class People {
  #tokens: Map<string, TokenOwner>;
  #ids = new Map<string, number>();

  constructor(tokens: Record<string, TokenOwner>) {
    this.#tokens = new Map(Object.entries(tokens));
  }

  /** A person by name, with an id that stays theirs. */
  actor(username: string): Actor {
    const id = this.#ids.get(username) ?? this.#ids.size + 2;
    this.#ids.set(username, id);
    return { id, username };
  }

  caller(token: string): Caller | null {
    const owner = this.#tokens.get(token);
    if (!owner) return null;
    const actor = isApiToken(token)
      ? { id: ADMIN_TOKEN_ID, username: owner.username }
      : this.actor(owner.username);
    return { ...owner, actor, token };
  }
}

function isApiToken(token: string): boolean {
  return /^\S+:\S+\.\S+$/.test(token);
}

function permissionsOf(store: FlagStore, caller: Caller) {
  if (caller.permissions === "admin") return [{ permission: "ADMIN" }];
  if (caller.permissions === "read") return [];
  const perProject = [...store.projects.values()].flatMap((project) => [
    { project: project.id, permission: "CREATE_FEATURE" },
    { project: project.id, permission: "UPDATE_FEATURE" },
    ...project.environments.flatMap((environment) =>
      FLAG_PERMISSIONS.map((permission) => ({
        project: project.id,
        environment: environment.name,
        permission,
      })),
    ),
  ]);
  return [...perProject, { permission: "UPDATE_SEGMENT" }];
}

/** GET /api/admin/user. For an API token the server repeats the token itself. */
export function userView(store: FlagStore, caller: Caller) {
  const rest = { permissions: permissionsOf(store, caller), feedback: [], splash: {} };
  if (isApiToken(caller.token)) {
    return {
      user: {
        username: caller.username,
        permissions: ["ADMIN"],
        environment: "*",
        type: "admin",
        secret: caller.token,
        projects: ["*"],
        internalAdminTokenUserId: ADMIN_TOKEN_ID,
      },
      ...rest,
    };
  }
  const hash = createHash("sha256").update(caller.username).digest("hex");
  return {
    user: {
      accountType: "User",
      id: caller.actor.id,
      name: caller.username,
      username: caller.username,
      imageUrl: `https://gravatar.com/avatar/${hash}?s=42&d=retro&r=g`,
      seenAt: null,
      loginAttempts: 0,
      createdAt: "2026-01-05T09:00:00.000Z",
    },
    ...rest,
  };
}
