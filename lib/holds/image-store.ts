import "server-only";
import * as z from "zod";
import { isSameCommit } from "@/lib/rules/freeze-cure";
import type { Database } from "@/lib/server/db";

const Images = z.array(z.object({ image: z.string() }));

/** Images of the latest deploy of each Deployment of a namespace, as the ledger knows them. */
export async function runningImages(
  db: Database,
  query: { source: string; namespace: string; deployments: string[] | "*" },
): Promise<string[]> {
  const { source, namespace, deployments } = query;
  const subjects = deployments === "*" ? [] : deployments.map((name) => `${namespace}/${name}`);
  const rows = await db.$queryRaw<{ images: unknown }[]>`
    SELECT DISTINCT ON ("subject") "details"->'images' AS "images" FROM "Change"
     WHERE "kind" = 'deploy' AND "source" = ${source}
       AND (${deployments === "*"}::boolean AND starts_with("subject", ${`${namespace}/`})
            OR "subject" = ANY(${subjects}::text[]))
     ORDER BY "subject", "at" DESC, "id" DESC`;
  return rows.flatMap(
    ({ images }) => Images.safeParse(images).data?.map(({ image }) => image) ?? [],
  );
}

/** Images of deploys that put one of these commits live before. */
export async function imagesDelivered(
  db: Database,
  query: { source: string; namespace: string; commits: string[] },
): Promise<string[]> {
  const prefixes = query.commits.map((commit) => ({
    commit: { startsWith: commit.toLowerCase().slice(0, 7) },
  }));
  if (prefixes.length === 0) return [];
  const rows = await db.change.findMany({
    where: {
      ...{ kind: "deploy", source: query.source, OR: prefixes },
      subject: { startsWith: `${query.namespace}/` },
    },
    select: { commit: true, details: true },
    take: 50,
  });
  const Details = z.object({ images: Images });
  return rows.flatMap(({ commit, details }) =>
    query.commits.some((one) => commit !== null && isSameCommit(one, commit))
      ? (Details.safeParse(details).data?.images.map(({ image }) => image) ?? [])
      : [],
  );
}
