import type { ServerResponse } from "node:http";
import { type Attributes, answerReview, type Caller, forbidden, mayDo } from "./access.ts";
import {
  type ApiRequest,
  isInBuiltInGroup,
  parseResourceRequest,
  type ResourceRequest,
} from "./api-request.ts";
import type { Cluster } from "./cluster.ts";
import { answerDiscovery } from "./discovery.ts";
import type { Pod, Stored } from "./kube-object.ts";
import { Lists, selection } from "./list-objects.ts";
import { type LogWriter, writeRequests } from "./log-writer.ts";
import { Mutations } from "./mutations.ts";
import { openApiJson } from "./openapi.ts";
import { answerPodLog } from "./pod-log.ts";
import { readObjectBody } from "./read-body.ts";
import { acceptedForm, listJson, objectJson } from "./representation.ts";
import { answerScale } from "./scale.ts";
import { methodNotAllowed, notServed, StatusError, unauthorized } from "./status-error.ts";
import { Watches } from "./watches.ts";

const HEALTH = new Set(["/healthz", "/livez", "/readyz"]);

export type Answer = { code: number; body: string; contentType?: string; warnings?: string[] };

/** Answers every request of the Kubernetes API from the cluster's store. */
export class ApiServer {
  readonly #cluster: Cluster;
  readonly #lists: Lists;
  readonly #mutations: Mutations;
  readonly watches: Watches;
  /** What containers write into their logs. */
  logWriter: LogWriter = writeRequests;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#lists = new Lists(cluster);
    this.#mutations = new Mutations(cluster);
    this.watches = new Watches(cluster);
  }

  /** Answers at once, or nothing when the answer is a stream that `response` now carries. */
  answer(
    request: ApiRequest,
    caller: Caller | undefined,
    response: ServerResponse,
  ): Answer | undefined {
    try {
      if (HEALTH.has(request.path)) return { code: 200, body: "ok", contentType: "text/plain" };
      if (!caller && request.path !== "/version") throw unauthorized();
      const plain = this.#answerDocuments(request);
      if (plain) return plain;
      const found = caller && parseResourceRequest(request, caller);
      if (!found && isInBuiltInGroup(request.path)) throw notServed();
      if (!found) return { code: 404, body: "404 page not found\n", contentType: "text/plain" };
      const answer = this.#answerResource(found, response);
      return answer && { ...answer, warnings: found.warnings };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { code: error.code, body: JSON.stringify(error.toStatus()) };
    }
  }

  #answerDocuments(request: ApiRequest): Answer | undefined {
    if (request.method !== "GET") return undefined;
    const discovery = answerDiscovery(request.path, request.headers.accept);
    if (discovery) {
      const { body, contentType } = discovery;
      return { code: 200, body: JSON.stringify(body), contentType };
    }
    const document = request.path.startsWith("/openapi/v3") ? openApiJson(request.path) : undefined;
    return document === undefined ? undefined : { code: 200, body: document };
  }

  #answerResource(request: ResourceRequest, response: ServerResponse): Answer | undefined {
    const { resource, verb, subresource, caller } = request;
    const asked: Attributes = {
      verb,
      group: resource.group,
      resource: resource.plural,
      subresource: subresource || undefined,
      namespace: request.namespace || undefined,
      name: request.name || undefined,
    };
    if (!mayDo(caller, asked)) throw forbidden(caller, asked);
    const served = subresource
      ? resource.subresources.find((one) => one.name === subresource)?.verbs
      : resource.verbs;
    // What is there is updated or patched; only a list takes something new.
    const isCreatedInPlace = verb === "create" && request.name !== "" && subresource === "";
    if (!served?.includes(verb) || isCreatedInPlace) throw methodNotAllowed();
    if (resource.virtual) {
      const review = answerReview(caller, resource, readObjectBody(request));
      return { code: 201, body: JSON.stringify(review) };
    }
    if (subresource === "scale") {
      return { code: 200, body: JSON.stringify(answerScale(this.#mutations, request)) };
    }
    if (subresource === "log") {
      const pod = this.#mutations.get(request) as Pod;
      answerPodLog(request, pod, response, this.#cluster.now, this.logWriter);
      return undefined;
    }
    return this.#answerVerb(request, response);
  }

  #answerVerb(request: ResourceRequest, response: ServerResponse): Answer | undefined {
    switch (request.verb) {
      case "watch":
        this.watches.start(request, response);
        return undefined;
      case "list":
        return { code: 200, body: this.#lists.answer(request) };
      case "get":
        return this.#object(request, 200, this.#mutations.get(request));
      case "create":
        return this.#object(request, 201, this.#mutations.create(request));
      case "update":
        return this.#object(request, 200, this.#mutations.update(request));
      case "patch": {
        const { resource, namespace, name } = request;
        const isNew = !this.#cluster.store.get(resource.plural, namespace, name);
        return this.#object(request, isNew ? 201 : 200, this.#mutations.patch(request));
      }
      case "delete":
        return this.#deleteOne(request);
      case "deletecollection":
        return this.#deleteAll(request);
      default:
        throw methodNotAllowed();
    }
  }

  #object(request: ResourceRequest, code: number, object: Stored): Answer {
    const form = acceptedForm(request.headers.accept);
    return { code, body: objectJson(request.resource, object, form, this.#cluster.now()) };
  }

  #deleteOne(request: ResourceRequest): Answer {
    const before = this.#mutations.get(request);
    const remains = this.#mutations.delete(request, before);
    if (remains) return this.#object(request, 200, remains);
    const { plural, group } = request.resource;
    const { name, uid } = before.metadata;
    const details = { name, group: group || undefined, kind: plural, uid };
    const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
    return { code: 200, body: JSON.stringify(status) };
  }

  #deleteAll(request: ResourceRequest): Answer {
    const { resource } = request;
    const { store, now } = this.#cluster;
    const all = store.list(resource.plural).filter(selection(request));
    for (const object of all) this.#mutations.delete(request, object);
    const metadata = { resourceVersion: String(store.resourceVersion) };
    return {
      code: 200,
      body: listJson(resource, all, metadata, acceptedForm(request.headers.accept), now()),
    };
  }
}
