import "server-only";
import type { ApiToken } from "@/lib/contracts/api-token";
import { Role } from "@/lib/contracts/role";
import type { Database, Transaction } from "@/lib/server/db";

/** A person as stored. `role` is null for people who may not come in. */
export type Person = {
  id: string;
  name: string | null;
  email: string | null;
  login: string | null;
  image: string | null;
  role: Role | null;
};

type UserRow = Omit<Person, "role"> & { role: string };

function personOf(row: UserRow): Person {
  const { id, name, email, login, image } = row;
  const role = Role.safeParse(row.role);
  return { id, name, email, login, image, role: role.success ? role.data : null };
}

const stored = (role: Role | null) => role ?? "none";

export async function findPerson(db: Database, id: string): Promise<Person | null> {
  const row = await db.user.findUnique({ where: { id } });
  return row && personOf(row);
}

export async function findPersonByEmail(db: Database, email: string): Promise<Person | null> {
  const row = await db.user.findUnique({ where: { email } });
  return row && personOf(row);
}

export async function findPersonByAccount(
  db: Database,
  account: { provider: string; providerAccountId: string },
): Promise<Person | null> {
  const { provider, providerAccountId } = account;
  const row = await db.account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId } },
    include: { user: true },
  });
  return row && personOf(row.user);
}

export async function listPeople(db: Database): Promise<Person[]> {
  return (await db.user.findMany({ orderBy: { createdAt: "asc" } })).map(personOf);
}

export async function insertPerson(db: Database, person: Person): Promise<Person> {
  const data = { ...person, role: stored(person.role) };
  return personOf(await db.user.create({ data }));
}

/** Writes a person anew under the same id; sessions of somebody who may not come in end. */
export async function writePerson(db: Database, person: Person): Promise<Person> {
  const { id, ...rest } = person;
  const data = { ...rest, role: stored(person.role) };
  return db.$transaction(async (tx) => {
    const row = await tx.user.upsert({ where: { id }, create: { id, ...data }, update: data });
    if (person.role === null) await tx.session.deleteMany({ where: { userId: id } });
    return personOf(row);
  });
}

export async function insertAccount(
  db: Database,
  account: { provider: string; providerAccountId: string; userId: string; type: string },
): Promise<void> {
  await db.account.create({ data: account });
}

export type SessionRow = { tokenHash: string; userId: string; expires: Date };

export async function insertSession(db: Database, session: SessionRow): Promise<void> {
  await db.session.create({ data: session });
}

/** SQL, since every request of a browser waits for it: Prisma would ask for the person by itself. */
export async function findSession(
  db: Database,
  tokenHash: string,
): Promise<{ session: SessionRow; person: Person } | null> {
  const [row] = await db.$queryRaw<(UserRow & Pick<SessionRow, "expires">)[]>`
    SELECT "Session"."expires", "User"."id", "name", "email", "login", "image", "role"
      FROM "Session" JOIN "User" ON "User"."id" = "Session"."userId"
     WHERE "tokenHash" = ${tokenHash}`;
  if (!row) return null;
  const session = { tokenHash, userId: row.id, expires: row.expires };
  return { session, person: personOf(row) };
}

export async function extendSession(db: Database, tokenHash: string, expires: Date): Promise<void> {
  await db.session.updateMany({ where: { tokenHash }, data: { expires } });
}

export async function deleteSession(db: Database, tokenHash: string): Promise<void> {
  await db.session.deleteMany({ where: { tokenHash } });
}

export async function deleteExpiredSessions(db: Database, now: Date): Promise<number> {
  return (await db.session.deleteMany({ where: { expires: { lte: now } } })).count;
}

type TokenRow = {
  id: string;
  name: string;
  role: string;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: Role.parse(row.role),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

export async function insertToken(
  tx: Transaction,
  token: { id: string; name: string; hash: string; role: Role; createdBy: string; createdAt: Date },
): Promise<ApiToken> {
  return tokenOf(await tx.apiToken.create({ data: token }));
}

export async function listTokenRows(db: Database): Promise<ApiToken[]> {
  return (await db.apiToken.findMany({ orderBy: { createdAt: "desc" }, take: 500 })).map(tokenOf);
}

/** Null when there is no such token, or when it was revoked before. */
export async function markTokenRevoked(
  tx: Transaction,
  id: string,
  at: Date,
): Promise<ApiToken | null> {
  const { count } = await tx.apiToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: at },
  });
  const row = count === 1 ? await tx.apiToken.findUnique({ where: { id } }) : null;
  return row && tokenOf(row);
}

/** The token with this hash, unless it is revoked; notes the use at most once a minute. */
export async function acceptToken(db: Database, hash: string, now: Date): Promise<ApiToken | null> {
  const row = await db.apiToken.findUnique({ where: { hash } });
  if (!row || row.revokedAt !== null) return null;
  if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > 60_000) {
    await db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } });
  }
  return tokenOf(row);
}
