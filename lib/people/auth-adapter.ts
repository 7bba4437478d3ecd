import "server-only";
import { randomUUID } from "node:crypto";
import type { Adapter, AdapterAccount, AdapterUser } from "next-auth/adapters";
import { Role } from "@/lib/contracts/role";
import type { Database } from "@/lib/server/db";
import {
  deleteSession,
  extendSession,
  findPerson,
  findPersonByAccount,
  findPersonByEmail,
  insertAccount,
  insertPerson,
  insertSession,
  type Person,
} from "./store";
import { tokenHash } from "./token-hash";

/**
 * next-auth's view of our tables. Session tokens are stored as hashes, e-mail addresses only when
 * the provider verified them, provider tokens not at all.
 */
export function authAdapter(db: Database): Adapter {
  return {
    async createUser(user: Record<string, unknown>) {
      const text = (key: string) => (typeof user[key] === "string" ? user[key] : null);
      const role = Role.safeParse(user.role);
      const person = await insertPerson(db, {
        id: randomUUID(),
        name: text("name"),
        email: text("email"),
        login: text("login"),
        image: text("image"),
        role: role.success ? role.data : null,
      });
      return adapterUser(person);
    },
    getUser: async (id) => orNull(await findPerson(db, id)),
    getUserByEmail: async (email) => orNull(await findPersonByEmail(db, email.toLowerCase())),
    getUserByAccount: async (account) => orNull(await findPersonByAccount(db, account)),
    async updateUser(user) {
      const person = await findPerson(db, user.id);
      if (!person) throw new Error("There is no such person.");
      return adapterUser(person);
    },
    async linkAccount(account: AdapterAccount) {
      const { provider, providerAccountId, userId, type } = account;
      await insertAccount(db, { provider, providerAccountId, userId, type });
    },
    async createSession({ sessionToken, userId, expires }) {
      await insertSession(db, { tokenHash: tokenHash(sessionToken), userId, expires });
      return { sessionToken, userId, expires };
    },
    // Sessions are read in lib/server/identify.ts. Finding none here keeps next-auth from linking a
    // second account to whoever happens to be signed in.
    getSessionAndUser: async () => null,
    async updateSession({ sessionToken, expires }) {
      if (expires) await extendSession(db, tokenHash(sessionToken), expires);
      return null;
    },
    async deleteSession(sessionToken) {
      await deleteSession(db, tokenHash(sessionToken));
    },
  };
}

function orNull(person: Person | null): AdapterUser | null {
  return person && adapterUser(person);
}

function adapterUser(person: Person): AdapterUser {
  const { id, name, image } = person;
  return { id, name, image, email: person.email ?? "", emailVerified: null };
}
