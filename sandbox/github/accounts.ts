import { createHash, randomBytes } from "node:crypto";

/** A user or an App's bot. `email` is the primary address, `verified` whether GitHub has checked it. */
export type Person = {
  id: number;
  login: string;
  name: string;
  email: string;
  verified: boolean;
  type: "User" | "Bot";
  /** What they may do in the repository; "write" unless told. */
  role?: Permission;
  /** The App that a bot speaks for. */
  appId?: number;
};

/** A team of the organization, which owns files and is asked for reviews like a person. */
export type Team = { id: number; slug: string; name: string; members: Person[] };

export type TeamSeed = { slug: string; name?: string; members: string[] };

export type Permission = "read" | "write" | "admin";

/** Whom a request speaks for: a person by token, an installation of the App, or the App itself (JWT). */
export type Caller = {
  kind: "user" | "installation" | "app";
  person: Person;
  permission: Permission;
  /** What rate limits are counted by. */
  key: string;
  scopes: string | null;
  /** What an installation was granted, by the name of the permission; null for people. */
  grants: Record<string, string> | null;
};

/** `scopes` of the token; "repo" unless told. A token of "repo:status" reads and writes statuses alone. */
export type TokenGrant = { login: string; permissions: Permission; scopes?: string };

type Grant = { caller: Caller; expiresAt: number };

/** Stable across restarts, so a product that stored the number still knows the person. */
function idOf(login: string): number {
  return createHash("sha256").update(login.toLowerCase()).digest().readUInt32BE(0) % 90_000_000;
}

/** People and the tokens that speak for them. */
export class Accounts {
  readonly #people = new Map<string, Person>();
  readonly #grants = new Map<string, Grant>();
  readonly teams = new Map<string, Team>();

  /** The person with this login, made on first mention. */
  person(login: string, details: Partial<Person> = {}): Person {
    const key = login.toLowerCase();
    let person = this.#people.get(key);
    if (!person) {
      const id = idOf(login);
      const email = `${login.replace(/[^\w.-]/g, "")}@users.noreply.github.test`;
      const type = login.endsWith("[bot]") ? "Bot" : "User";
      person = { id, login, name: login, email, verified: true, type };
      this.#people.set(key, person);
    }
    for (const [name, value] of Object.entries(details))
      if (value !== undefined) Object.assign(person, { [name]: value });
    return person;
  }

  find(login: string): Person | undefined {
    return this.#people.get(login.toLowerCase());
  }

  /** Makes a team, or gives one that exists these members. */
  setTeam({ slug, name, members }: TeamSeed): Team {
    const people = members.map((login) => this.person(login));
    const team = { id: idOf(`team ${slug}`), slug, name: name ?? slug, members: people };
    this.teams.set(slug.toLowerCase(), team);
    return team;
  }

  /** By the address or name that git recorded. */
  byEmail(email: string): Person | undefined {
    for (const person of this.#people.values()) if (person.email === email) return person;
    return undefined;
  }

  allow(token: string, caller: Omit<Caller, "key">, expiresAt = Number.POSITIVE_INFINITY): void {
    const key = createHash("sha256").update(token).digest("hex").slice(0, 16);
    this.#grants.set(token, { caller: { ...caller, key }, expiresAt });
  }

  /** A new token with GitHub's prefix for its kind (`gho` for sign-in, `ghs` for an installation). */
  issue(prefix: string, caller: Omit<Caller, "key">, expiresAt?: number): string {
    const token = `${prefix}_${randomBytes(27).toString("base64url").replace(/[-_]/g, "x")}`;
    this.allow(token, caller, expiresAt);
    return token;
  }

  /** Whom a token speaks for at `now` (milliseconds), or undefined when unknown or expired. */
  caller(token: string, now: number): Caller | undefined {
    const grant = this.#grants.get(token);
    return grant && grant.expiresAt > now ? grant.caller : undefined;
  }
}
