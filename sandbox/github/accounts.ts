import { createHash, randomBytes } from "node:crypto";

/** A user or an App's bot. `email` is the primary address, `verified` whether GitHub has checked it. */
export type Person = {
  id: number;
  login: string;
  name: string;
  email: string;
  verified: boolean;
  type: "User" | "Bot";
};

export type Permission = "read" | "write";

/** Whom a request speaks for: a person by token, an installation of the App, or the App itself (JWT). */
export type Caller = {
  kind: "user" | "installation" | "app";
  person: Person;
  permission: Permission;
  /** What rate limits are counted by. */
  key: string;
  scopes: string | null;
};

export type TokenGrant = { login: string; permissions: Permission };

type Grant = { caller: Caller; expiresAt: number };

/** Stable across restarts, so a product that stored the number still knows the person. */
function idOf(login: string): number {
  return createHash("sha256").update(login.toLowerCase()).digest().readUInt32BE(0) % 90_000_000;
}

/** People and the tokens that speak for them. */
export class Accounts {
  readonly #people = new Map<string, Person>();
  readonly #grants = new Map<string, Grant>();

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
