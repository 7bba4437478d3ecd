import { setTimeout as sleep } from "node:timers/promises";
import type { OwnerRef, PauseRequest } from "@/lib/integrations/deploy-guard";
import type { HoldAnswer, HoldReading } from "@/lib/integrations/hold-answer";
import { SourceError } from "@/lib/integrations/source-error";
import { errorOfStatus, statusOf } from "./kubernetes-errors";
import { lastWriter } from "./kubernetes-managed-fields";
import {
  markOn,
  type OwnerObject,
  type OwnerProduct,
  ownerPath,
  PAUSED_BY,
  parseOwner,
  readOwnerObject,
  WAS,
} from "./kubernetes-owner-object";
import { cantSee, mayNotPatch, PRODUCTS } from "./kubernetes-owners";
import type { Answer, Transport } from "./kubernetes-transport";

/** Controllers write their status all the time; each refusal of a stale patch is followed by a look. */
const LOOKS = 12;
const LOOK_AGAIN_MS = 30;

/**
 * Switches an owner off and writes on it who did so and what was there before, in one patch of exactly
 * the version that was read: whatever somebody changes meanwhile is seen first, never overwritten.
 */
export async function pauseOwner(
  transport: Transport,
  now: () => Date,
  { mark, ...ref }: PauseRequest,
): Promise<HoldAnswer> {
  const product = PRODUCTS[ref.kind];
  if (!product)
    return refused(`There is nothing to pause: ${ref.name} changes only by hand.`, null);
  const title = product.title(ref);
  let isOld = false;
  for (let look = 1; ; look += 1) {
    const reading = await readOwnerObject(transport, product, ref);
    if (reading.state !== "there") return { ...refusal, ...cantSee(product, ref, reading.state) };
    const { object } = reading;
    const position = product.position(object);
    if (position === "none") return refused(`${title} does nothing by itself.`, null);
    const marked = markOn(object);
    const isOff = position === "off";
    if (isOff && marked?.mark === mark) return held(object, marked.was);
    const off = isOff ? null : product.off(object, isOld);
    const was = off ? off.was : (marked?.was ?? wasOfUnmarked(object));
    const annotations = { [PAUSED_BY]: mark, [WAS]: JSON.stringify(was) };
    const answer = await patchOwner(transport, product, object, { annotations, spec: off?.spec });
    if (answer.status === 200) {
      const after = parseOwner(answer.body, title);
      if (product.position(after) === "off") return held(after, was);
      // An older controller's schema drops a switch it doesn't know; then there is a blunter one.
      if (isOld) return refused(`${title} didn’t take the change: it is still on.`, null);
      isOld = true;
      continue;
    }
    if (answer.status === 409 && look < LOOKS) {
      await sleep(Math.random() * LOOK_AGAIN_MS);
      continue;
    }
    return patchRefused(answer, product, ref);
  }

  /** Switched off without a mark: by us, if the field itself says so, else by somebody who wants it so. */
  function wasOfUnmarked(object: OwnerObject): unknown {
    return product?.isOurs(object) ? null : product?.was(object);
  }

  function held(object: OwnerObject, was: unknown): HoldAnswer {
    const spec = product?.back(object, was) ?? null;
    const again = spec === null ? "It was paused before, and stays so afterwards." : "";
    const running = object.operation ? "A sync that is already running still ends." : "";
    const sentence = [`${title} ${product?.rests}.`, again, running].filter(Boolean).join(" ");
    return {
      outcome: "held",
      at: now().toISOString(),
      sentence,
      was,
      endsByItself: false,
      commands: product ? [byHand(product, ref, spec)] : [],
      url: null,
    };
  }
}

/** Puts an owner's switch back as it was, if it still is as we left it, and takes our marks from it. */
export async function resumeOwner(
  transport: Transport,
  now: () => Date,
  { mark, was: told, ...ref }: OwnerRef & { mark: string; was: unknown },
): Promise<HoldAnswer> {
  const product = PRODUCTS[ref.kind];
  if (!product) return released("There is nothing to resume.");
  const title = product.title(ref);
  for (let look = 1; ; look += 1) {
    const reading = await readOwnerObject(transport, product, ref);
    if (reading.state === "gone") return released(`${title} is gone: there is nothing to resume.`);
    if (reading.state !== "there") return { ...refusal, ...cantSee(product, ref, reading.state) };
    const { object } = reading;
    const isOff = product.position(object) === "off";
    const marked = markOn(object);
    const isOurs = marked ? marked.mark === mark : product.isOurs(object);
    if (!isOurs) {
      if (!isOff) return released(`${title} was turned on by somebody else already.`);
      const holder = marked ? `${marked.mark} holds it now` : "our mark was taken from it";
      return released(`${title} stays paused: ${holder}, so whoever did that decides.`);
    }
    const spec = isOff ? product.back(object, marked?.was ?? told) : null;
    const annotations = { [PAUSED_BY]: null, [WAS]: null };
    const answer = await patchOwner(transport, product, object, { annotations, spec });
    if (answer.status === 200) {
      if (!isOff) return released(`${title} was turned on by somebody else already.`);
      if (spec === null) return released(`${title} stays paused, as it was before.`);
      return released(`${title} ${product.goesOn}, as before.`);
    }
    if (answer.status === 409 && look < LOOKS) {
      await sleep(Math.random() * LOOK_AGAIN_MS);
      continue;
    }
    if (answer.status === 404) return released(`${title} is gone: there is nothing to resume.`);
    return patchRefused(answer, product, ref, [byHand(product, ref, spec)]);
  }

  function released(sentence: string): HoldAnswer {
    return { outcome: "released", at: now().toISOString(), sentence };
  }
}

/** Whether an owner is still paused by us. */
export async function readOwner(
  transport: Transport,
  { mark, ...ref }: OwnerRef & { mark: string },
): Promise<HoldReading> {
  const product = PRODUCTS[ref.kind];
  if (!product) return { state: "absent", sentence: "It can’t be paused.", by: null };
  const title = product.title(ref);
  const reading = await readOwnerObject(transport, product, ref);
  if (reading.state === "gone") return { state: "absent", sentence: `${title} is gone.`, by: null };
  if (reading.state === "forbidden") {
    throw new SourceError("forbidden", cantSee(product, ref, "forbidden").because);
  }
  if (reading.state === "unserved") {
    const { because } = cantSee(product, ref, "unserved");
    return { state: "absent", sentence: `${title} can’t be found. ${because}`, by: null };
  }
  const { object } = reading;
  const marked = markOn(object);
  const others = object.metadata.managedFields.filter(
    ({ manager }) => manager !== product.fieldManager,
  );
  const { switchPath } = product;
  const writer = lastWriter(others, switchPath) ?? lastWriter(others, switchPath.slice(0, -1));
  const by = writer?.manager ?? null;
  if (product.position(object) !== "off") {
    return {
      state: "absent",
      sentence: `${title} was turned back on${by ? ` by ${by}` : ""}.`,
      by,
    };
  }
  if (marked ? marked.mark === mark : product.isOurs(object)) {
    return { state: "held", sentence: `${title} ${product.rests}.` };
  }
  const whose = marked ? `for ${marked.mark}` : "without our mark";
  return { state: "absent", sentence: `${title} is paused ${whose}, no longer for ${mark}.`, by };
}

const refusal = { outcome: "refused" as const, commands: [] as string[] };

function refused(because: string, who: string | null): HoldAnswer {
  return { ...refusal, because, who };
}

function patchOwner(
  transport: Transport,
  product: OwnerProduct,
  { metadata }: OwnerObject,
  { annotations, spec }: { annotations: object; spec: object | null | undefined },
): Promise<Answer> {
  const { resourceVersion } = metadata;
  return transport.send({
    method: "PATCH",
    path: `${ownerPath(product, metadata)}?fieldManager=${product.fieldManager}`,
    contentType: "application/merge-patch+json",
    mutates: true,
    body: { metadata: { resourceVersion, annotations }, ...(spec && { spec }) },
  });
}

/** A patch that was refused for certain; anything else is an outage. */
function patchRefused(
  answer: Answer,
  product: OwnerProduct,
  ref: OwnerRef,
  commands: string[] = [],
): HoldAnswer {
  const { message } = statusOf(answer);
  if (answer.status === 404) return { ...refusal, ...cantSee(product, ref, "gone") };
  if (answer.status === 403) {
    const { because, who } = mayNotPatch(product, ref);
    return { ...refusal, because: `${because} The cluster says: ${message}`, who, commands };
  }
  if (answer.status === 400 || answer.status === 422) {
    const because = `The cluster refuses to change ${product.title(ref)}: ${message}`;
    return { ...refusal, because, who: "a cluster admin", commands };
  }
  throw errorOfStatus(answer, { mutates: true });
}

/** The command that lets go by hand. */
function byHand(product: OwnerProduct, ref: OwnerRef, spec: object | null): string {
  const annotations = { [PAUSED_BY]: null, [WAS]: null };
  const patch = JSON.stringify({ metadata: { annotations }, ...(spec && { spec }) });
  return `kubectl patch ${product.plural}.${product.group} ${ref.name} --namespace ${ref.namespace} --type merge --field-manager ${product.fieldManager} --patch '${patch}'`;
}
