import * as z from "zod";
import { errorOfStatus, unreadable } from "./kubernetes-errors";
import { AccessReview } from "./kubernetes-objects";
import type { Transport } from "./kubernetes-transport";

export type Access = {
  verb: string;
  group: string;
  resource: string;
  namespace: string;
  name?: string;
};

const SelfReview = z.object({ status: z.object({ userInfo: z.object({ username: z.string() }) }) });
const NAME_KEPT_MS = 60_000;

/** Whether we may do something, as the cluster itself says. */
export async function mayDo(transport: Transport, access: Access): Promise<boolean> {
  const answer = await transport.send({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: access },
    },
  });
  if (answer.status !== 201 && answer.status !== 200) throw errorOfStatus(answer);
  const review = AccessReview.safeParse(answer.body);
  if (!review.success) throw unreadable("our permissions", review.error);
  return review.data.status.allowed;
}

/** Our own name for the API server: "system:serviceaccount:known-good:known-good". Kept for a minute. */
export function whoWeAre(transport: Transport): () => Promise<string> {
  let known: { name: Promise<string>; until: number } | null = null;
  return () => {
    if (known && performance.now() < known.until) return known.name;
    const name = askName(transport);
    known = { name, until: performance.now() + NAME_KEPT_MS };
    name.catch(() => {
      known = null;
    });
    return name;
  };
}

async function askName(transport: Transport): Promise<string> {
  const answer = await transport.send({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  });
  if (answer.status !== 201 && answer.status !== 200) throw errorOfStatus(answer);
  const review = SelfReview.safeParse(answer.body);
  if (!review.success) throw unreadable("our own name", review.error);
  return review.data.status.userInfo.username;
}
