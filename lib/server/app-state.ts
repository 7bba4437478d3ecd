import "server-only";
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { adapters } from "@/lib/integrations/registry";
import { roleOf } from "@/lib/people/role-of";
import { deleteExpiredSessions, listPeople, writePerson } from "@/lib/people/store";
import { tokenHash } from "@/lib/people/token-hash";
import { type Config, loadConfig } from "./config";
import { connectSources } from "./connect-sources";
import type { Ctx, Sources } from "./context";
import { DataFolderError } from "./data-lock";
import { type OpenedDatabase, openDatabase } from "./db";
import { type Env, readEnv } from "./env";
import { createLiveEvents, type LiveEvents } from "./events";
import { keepStatistics } from "./keep-statistics";
import { createLog, type Log } from "./log";
import { MigrationError, migrate, readMigrations } from "./migrate";
import { createSealer, loadSealingKey } from "./seal";
import { type SignIn, signInOf } from "./sign-in";
import { sweepScratch } from "./sweep-scratch";
import { tellOutages } from "./tell-outages";

/** A request's context without the person who asks. */
export type Base = Omit<Ctx, "actor">;

/** What there is once the database is open and migrated. */
export type Serving = { base: Base; live: LiveEvents; opened: OpenedDatabase };

/** The one running program. `serving` is null while the database can't be opened. */
export type App = {
  env: Env;
  log: Log;
  signIn: SignIn;
  bootstrapHash: string | null;
  sources: Sources;
  startedAt: Date;
  serving: Serving | null;
  /** Why not, as long as `serving` is null. */
  problem: string | null;
  /** Requests being answered at this moment; stopping waits for them. */
  answering: number;
  /** Refuses new requests, lets those under way finish, ends live streams, closes the database. */
  stop(): Promise<void>;
};

// The server is bundled in several parts, each with its own modules; they share this one program.
const KEY = Symbol.for("known-good.app");
type Shared = { [KEY]?: Promise<App> };

const RETRY_MS = [1_000, 2_000, 5_000, 10_000];
/** A process that is being replaced may need a moment to let go of the folder. */
const FOLDER_WAIT_MS = 5_000;
const STOP_WAIT_MS = 10_000;

/** The program, started by the first who asks. Rejects when the environment or the configuration is wrong. */
export function getApp(): Promise<App> {
  const shared = globalThis as typeof globalThis & Shared;
  shared[KEY] ??= startApp(process.env);
  return shared[KEY];
}

async function startApp(variables: Record<string, string | undefined>): Promise<App> {
  const env = readEnv(variables);
  const stopped = new AbortController();
  const answers = async () => {
    if (app.serving === null) throw new Error("the database isn't open");
    await app.serving.base.db.$queryRaw`SELECT 1`;
  };
  const log = tellOutages(createLog(env.KNOWN_GOOD_LOG_LEVEL), answers, stopped.signal);
  // next-auth reads its address here and would otherwise believe what a request says of it.
  process.env.NEXTAUTH_URL = env.publicUrl;
  delete process.env.AUTH_TRUST_HOST;
  const config = loadConfig(env.KNOWN_GOOD_CONFIG, variables, adapters);
  const now = () => new Date();
  const sources = connectSources(config, now, log);
  if (config.file === null) log.warn({}, "no known-good.yaml: nothing is connected yet");
  const signIn = signInOf(env);
  if (signIn.problem !== null) log.error({}, signIn.problem);
  let stopServing: () => Promise<void> = async () => undefined;
  const app: App = {
    env,
    log,
    signIn,
    bootstrapHash: env.KNOWN_GOOD_TOKEN === undefined ? null : tokenHash(env.KNOWN_GOOD_TOKEN),
    sources,
    startedAt: now(),
    serving: null,
    problem: "The database is being opened.",
    answering: 0,
    async stop() {
      stopped.abort();
      app.serving = null;
      app.problem = "The server is stopping.";
      const until = Date.now() + STOP_WAIT_MS;
      while (app.answering > 0 && Date.now() < until) await pause(50);
      await stopServing();
    },
  };
  const serve = async () => {
    const { serving, stop } = await startServing(app, config, now);
    stopServing = stop;
    app.serving = serving;
    app.problem = null;
    log.info({ database: serving.opened.kind, sources: sources.all().length }, "serving");
  };
  try {
    await withPatience(serve);
  } catch (error) {
    if (error instanceof DataFolderError || error instanceof MigrationError) throw error;
    app.problem = "The database doesn't answer. It is being tried again.";
    log.error({ error }, "the database can't be opened; trying again");
    void keepTrying(serve, log, stopped.signal);
  }
  return app;
}

/** Opens the database, brings it up to date and starts everything that lives on it. */
async function startServing(app: App, config: Config, now: () => Date) {
  const { env, log, signIn } = app;
  const isEmbedded = env.DATABASE_URL === undefined;
  const opened = await openDatabase({
    databaseUrl: env.DATABASE_URL,
    dataDir: env.KNOWN_GOOD_DATA,
    pool: env.KNOWN_GOOD_POOL,
    onLost(sentence) {
      // Writing on would damage what the new owner writes.
      log.error({}, sentence);
      process.exit(1);
    },
  });
  try {
    const folder = join(process.cwd(), "prisma", "migrations");
    const applied = await migrate(opened.connection, readMigrations(folder));
    if (applied.length > 0) log.info({ applied }, "migrated the database");
    if (isEmbedded) {
      mkdirSync(env.KNOWN_GOOD_DATA, { recursive: true });
      void sweepScratch(now()).then((removed) => {
        if (removed.length > 0) log.info({ removed }, "removed what a killed process left");
      });
    }
    const key = loadSealingKey(env.KNOWN_GOOD_KEY, isEmbedded ? env.KNOWN_GOOD_DATA : null);
    await settlePeople(opened, signIn, now());
    const live = createLiveEvents(opened.db, log, now);
    const base: Base = {
      db: opened.db,
      now,
      log,
      sources: app.sources,
      fileServices: config.services,
      sealer: createSealer(key),
      instance: randomUUID(),
      publicUrl: env.publicUrl,
      publish: live.publish,
    };
    const { startCollectors } = await import("@/lib/sources/collect");
    const stopCollectors = startCollectors(base, {
      isAlone: isEmbedded,
      evidenceDays: env.KNOWN_GOOD_EVIDENCE_DAYS,
    });
    const stopStatistics = isEmbedded ? keepStatistics(opened.db, app.log) : () => undefined;
    const stop = async () => {
      stopStatistics();
      await stopCollectors();
      await live.close();
      await opened.close();
    };
    return { serving: { base, live, opened }, stop };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** People who were taken off a list, or put on one, are so from this start on. */
async function settlePeople(opened: OpenedDatabase, signIn: SignIn, now: Date): Promise<void> {
  await deleteExpiredSessions(opened.db, now);
  for (const person of await listPeople(opened.db)) {
    const role = person.id === "demo" ? demoRole(signIn) : roleOf(person, signIn.lists);
    if (role !== person.role) await writePerson(opened.db, { ...person, role });
  }
}

const demoRole = (signIn: SignIn) => (signIn.demo ? "admin" : null);

async function withPatience(serve: () => Promise<void>): Promise<void> {
  const until = Date.now() + FOLDER_WAIT_MS;
  for (;;) {
    try {
      return await serve();
    } catch (error) {
      if (!(error instanceof DataFolderError) || Date.now() > until) throw error;
      await pause(500);
    }
  }
}

async function keepTrying(
  serve: () => Promise<void>,
  log: Log,
  stopped: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !stopped.aborted; attempt += 1) {
    await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0);
    if (stopped.aborted) return;
    try {
      return await serve();
    } catch (error) {
      log.warn({ error }, "the database still can't be opened");
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
