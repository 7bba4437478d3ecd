import type {
  DeploymentName,
  ObservedDeployment,
  RollbackAnswer,
  RollbackRequest,
} from "@/lib/integrations/deploy-source";
import { SourceError } from "@/lib/integrations/source-error";
import { errorOfStatus } from "./kubernetes-errors";
import { isFailedTest, type RollbackPatch, refusalOf, rollbackCall } from "./kubernetes-patch";
import { hashTemplate } from "./kubernetes-template";
import type { Answer, Transport } from "./kubernetes-transport";

export type FreshRead = (
  deployment: DeploymentName,
) => Promise<{ live: ObservedDeployment; resourceVersion: string; isBare: boolean }>;

/** How often a patch that was refused for certain takes the form of what was read since. */
const ROUNDS = 3;

/**
 * Returns a Deployment to `request.to` if it still is as seen. The patch is the only request on the
 * way to "accepted"; whatever comes back is explained by reading, never by sending it again.
 */
export async function rollBack(
  transport: Transport,
  readFresh: FreshRead,
  now: () => Date,
  request: RollbackRequest,
): Promise<RollbackAnswer> {
  const wanted = hashTemplate(request.to);
  if (wanted === request.seen.templateHash) {
    const { live } = await readFresh(request);
    return live.templateHash === wanted && live.uid === request.seen.uid
      ? alreadyThere(live)
      : changed(live);
  }
  const patch: RollbackPatch = {
    uid: request.seen.uid,
    seen: request.template,
    to: request.to,
    changeCause: request.changeCause,
    restorationId: request.restorationId,
  };
  let answer = await send(patch);
  for (let round = 0; answer.status !== 200; round += 1) {
    if (!isFailedTest(answer) && answer.status !== 409) return ended(answer);
    // Refused for certain, so nothing was done. See what is live.
    const { live, resourceVersion, isBare } = await readFresh(request).catch((error: unknown) => {
      // The refusal stands whatever becomes of the reading.
      if (error instanceof SourceError && error.code === "not-found") return goneFor(error);
      throw error;
    });
    if (live.uid !== request.seen.uid || live.templateHash !== request.seen.templateHash) {
      const isThere = live.uid === request.seen.uid && live.templateHash === wanted;
      return isThere ? alreadyThere(live) : changed(live);
    }
    if (answer.status === 409) throw errorOfStatus(answer);
    if (round === ROUNDS) {
      const because = "is changed at this very moment, though not its template. Press again.";
      throw new SourceError("conflict", `${live.name} ${because}`);
    }
    // What the user saw is live after all: the test failed over its form (a field that this server
    // spells out and the seen one didn't), or over a Deployment without any annotation to add to,
    // to which its controller may add its own at any moment.
    answer = await send({
      ...patch,
      seen: live.template,
      ...(isBare && { bareVersion: resourceVersion }),
    });
  }
  return accepted();

  function send(what: RollbackPatch): Promise<Answer> {
    return transport.send(rollbackCall(request, what, { dryRun: false }));
  }

  function accepted(): RollbackAnswer {
    return { outcome: "accepted", at: now().toISOString() };
  }

  function ended(answer: Answer): RollbackAnswer {
    const blocker = refusalOf(answer, request);
    if (!blocker) throw errorOfStatus(answer, { mutates: true });
    return { outcome: "refused", blocker };
  }

  function goneFor(error: SourceError): never {
    throw new SourceError("not-found", `Deployment ${request.name} is gone.`, { cause: error });
  }
}

function alreadyThere(live: ObservedDeployment): RollbackAnswer {
  const where = live.revision === null ? "on that template" : `on revision ${live.revision}`;
  return { outcome: "unchanged", because: `${live.name} is already ${where}.` };
}

function changed(live: ObservedDeployment): RollbackAnswer {
  const where = live.revision === null ? "a new template" : `revision ${live.revision}`;
  const because = `${live.name} has changed since you looked: ${where} is live now.`;
  return { outcome: "changed", because, live };
}
