import "server-only";
import type { Health } from "@/lib/contracts/health";
import type { SourceState } from "@/lib/contracts/source";
import { listSources } from "@/lib/sources/list-sources";
import program from "@/package.json" with { type: "json" };
import type { App } from "./app-state";

const PATIENCE_MS = 3_000;

/**
 * The state of the database and of every source, without secrets: this is public. 503 only when
 * nothing can be served; a source that is silent is told, not a failure of ours.
 */
export async function readHealth(app: App): Promise<Response> {
  const kind = app.env.DATABASE_URL === undefined ? "embedded" : "postgresql";
  let problem = app.problem;
  let sources: SourceState[] = [];
  if (app.serving !== null) {
    const { base } = app.serving;
    try {
      sources = await within(listSources(base), PATIENCE_MS);
    } catch (error) {
      app.log.warn({ error }, "the database failed the health check");
      problem = "The database doesn't answer.";
    }
  }
  const health: Health = {
    status: problem === null ? "ok" : "unavailable",
    version: program.version,
    startedAt: app.startedAt.toISOString(),
    database: { kind, status: problem === null ? "ok" : "unavailable", problem },
    sources,
  };
  return Response.json(health, { status: problem === null ? 200 : 503 });
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
