import type { HttpClient } from "./http-client.ts";

type Revision = { id: string; at: string; details: { kind: string; revision: number } };

/** The deploy before the one that is live; a ledger that has only just begun gets ten seconds. */
export async function earlierRevision(console: HttpClient, service: string): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { value } = await console.json<Revision[]>("GET", `/api/services/${service}/revisions`);
    const byRevision = value
      .filter(({ details }) => details.kind === "deploy")
      .sort((a, b) => b.details.revision - a.details.revision);
    const earlier = byRevision[1];
    if (earlier) return earlier.id;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The ledger knows no earlier revision of ${service}.`);
}
