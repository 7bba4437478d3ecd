import { randomUUID } from "node:crypto";
import { NAMESPACE, TOKENS } from "./test-names";
import { type TestWorld, template } from "./test-world";

/** A merge of these files into the repository of the world; nothing is deployed. */
export async function mergeFiles(
  world: TestWorld,
  files: Record<string, string | null>,
  title = "Change the schema",
): Promise<{ number: number; mergeSha: string }> {
  const { number } = await world.github.openPullRequest({
    ...{ title, files, author: { login: "ann" } },
    branch: `work/${randomUUID().slice(0, 8)}`,
  });
  const { merge } = await world.github.merge(number);
  if (!merge) throw new Error(`#${number} was not merged.`);
  return { number, mergeSha: merge.sha };
}

/** Delivers a commit to checkout, as a pipeline does. */
export async function deliver(world: TestWorld, sha: string): Promise<void> {
  const place = `apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`;
  const answer = await fetch(`${world.addresses.kubernetes}/${place}`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${TOKENS.clusterAdmin}`,
      "content-type": "application/json-patch+json",
    },
    body: JSON.stringify([{ op: "replace", path: "/spec/template", value: template(sha) }]),
  });
  if (!answer.ok) throw new Error(`The cluster refused the delivery: ${answer.status}.`);
}

/** Merges files and delivers them. */
export async function release(
  world: TestWorld,
  files: Record<string, string | null>,
  title?: string,
): Promise<{ number: number; mergeSha: string }> {
  const merged = await mergeFiles(world, files, title);
  await deliver(world, merged.mergeSha);
  return merged;
}
