import { createHash } from "node:crypto";
import { verify } from "@octokit/webhooks-methods";
import * as z from "zod";
import type { WebhookHint } from "@/lib/integrations/code-source";

const RepositoryName = z.object({
  full_name: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
});
const PullEvent = z.object({
  repository: RepositoryName,
  pull_request: z.object({ number: z.number().int().positive() }),
});
const IssueEvent = z.object({
  repository: RepositoryName,
  issue: z.object({ number: z.number().int().positive() }),
});
const PushEvent = z.object({ repository: RepositoryName });

function parseBody(headers: Headers, rawBody: string): unknown {
  const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
  const text = isForm ? (new URLSearchParams(rawBody).get("payload") ?? "") : rawBody;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The delivery's id. GitHub's is not signed, so the body's hash is part of it: another body under a known
 * id is another delivery, and the same body under the same id is a repetition.
 */
function deliveryIdOf(headers: Headers, rawBody: string): string {
  const guid = headers.get("x-github-delivery") ?? "";
  const hash = createHash("sha256").update(rawBody).digest("hex").slice(0, 16);
  return /^[\w-]{1,64}$/.test(guid) ? `${guid}.${hash}` : hash;
}

/** See CodeSource. The signature covers the raw body alone, and is compared in constant time. */
export async function readWebhook(
  secret: string | undefined,
  headers: Headers,
  rawBody: string,
): Promise<WebhookHint | null> {
  const signature = headers.get("x-hub-signature-256");
  if (!secret || !signature || rawBody === "") return null;
  if (!(await verify(secret, rawBody, signature))) return null;

  const deliveryId = deliveryIdOf(headers, rawBody);
  const event = headers.get("x-github-event") ?? "";
  const body = parseBody(headers, rawBody);
  if (event === "pull_request" || event === "pull_request_review") {
    const { data } = PullEvent.safeParse(body);
    if (data)
      return {
        about: "pull",
        repository: data.repository.full_name,
        number: data.pull_request.number,
        deliveryId,
      };
  }
  if (event === "issues") {
    const { data } = IssueEvent.safeParse(body);
    if (data)
      return {
        about: "issue",
        repository: data.repository.full_name,
        number: data.issue.number,
        deliveryId,
      };
  }
  // A merge group is a push to a branch of its own, whose head has to be told whether it may merge.
  if (event === "push" || event === "merge_group") {
    const { data } = PushEvent.safeParse(body);
    if (data) return { about: "push", repository: data.repository.full_name, deliveryId };
  }
  return { about: "other", deliveryId };
}
