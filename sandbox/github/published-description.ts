import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Octokit } from "@octokit/rest";
import { Ajv, type ValidateFunction } from "ajv";
import addFormatsModule from "ajv-formats";

type Json = Record<string, unknown>;
type Parameter = { name: string; in: string; required?: boolean; schema: Json };
type Operation = {
  parameters?: Json[];
  requestBody?: { required?: boolean; content?: Record<string, { schema: Json }> };
  responses: Record<string, Json>;
};

// The module is CommonJS: its function is the default of what bundlers and Node each see.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

/** JSON Schema knows no "nullable": such a schema becomes a choice between itself and null. */
function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = value as Json;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, of]) => [key, withNulls(of)]));
  return nullable === true ? { anyOf: [schema, { type: "null" }] } : schema;
}

/** GitHub's published description of its REST interface, as a judge of requests and answers. */
export class PublishedDescription {
  readonly #document: { paths: Record<string, Record<string, Operation>>; components: Json };
  readonly #ajv: Ajv;
  readonly #validators = new Map<unknown, ValidateFunction>();
  /** How many answers were held against it, by "METHOD template status". */
  readonly judged = new Map<string, number>();

  constructor() {
    const entry = createRequire(import.meta.url).resolve("@octokit/openapi");
    const file = join(dirname(entry), "generated", "api.github.com.json");
    this.#document = JSON.parse(readFileSync(file, "utf8"));
    this.#ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    addFormats(this.#ajv);
    const components = withNulls(this.#document.components);
    this.#ajv.addSchema({ $id: "github", components } as Json);
  }

  #follow(value: Json): Json {
    if (typeof value.$ref !== "string") return value;
    const steps = value.$ref.replace(/^#\//, "").split("/");
    return steps.reduce((at: Json, step) => at[step] as Json, this.#document as unknown as Json);
  }

  #check(schema: Json, value: unknown, where: string): void {
    let validate = this.#validators.get(schema);
    if (!validate) {
      const text = JSON.stringify(withNulls(schema)).replaceAll('"#/', '"github#/');
      validate = this.#ajv.compile(JSON.parse(text) as Json);
      this.#validators.set(schema, validate);
    }
    if (validate(value)) return;
    const faults = validate.errors?.slice(0, 5).map((e) => `${e.instancePath || "/"} ${e.message}`);
    throw new Error(`${where} is not as GitHub describes it: ${faults?.join("; ")}`);
  }

  #operation(method: string, template: string): Operation {
    const operation = this.#document.paths[template]?.[method.toLowerCase()];
    if (!operation) throw new Error(`GitHub describes no ${method} ${template}.`);
    return operation;
  }

  /** Throws unless these parameters are what the operation takes. */
  request(method: string, template: string, given: Json): void {
    const operation = this.#operation(method, template);
    const where = `The request ${method} ${template}`;
    const parameters = (operation.parameters ?? []).map((one) => this.#follow(one) as Parameter);
    const body: Json = { ...given };
    for (const { name, required, schema, in: place } of parameters) {
      if (place === "header") continue;
      if (given[name] === undefined && required) throw new Error(`${where} lacks ${name}.`);
      if (given[name] !== undefined) this.#check(schema, given[name], `${where}, ${name}`);
      delete body[name];
    }
    const schema = operation.requestBody?.content?.["application/json"]?.schema;
    if (schema && (operation.requestBody?.required || Object.keys(body).length > 0))
      this.#check(schema, body, where);
    else if (Object.keys(body).length > 0)
      throw new Error(`${where} has no ${Object.keys(body).join(", ")}.`);
  }

  /** Throws unless the answer's body is one that the operation may give with this status. */
  answer(method: string, template: string, status: number, data: unknown): void {
    const name = `${method} ${template} ${status}`;
    this.judged.set(name, (this.judged.get(name) ?? 0) + 1);
    const described = this.#operation(method, template).responses[String(status)];
    // Errors that hold for every operation (401, 403, 429) are described once, as "basic-error".
    const fallback = { $ref: "#/components/schemas/basic-error" };
    if (!described && status < 400) throw new Error(`GitHub never answers ${name}.`);
    const content = described ? this.#follow(described).content : undefined;
    const schema = (content as Record<string, { schema: Json }> | undefined)?.["application/json"]
      ?.schema;
    if (status === 304) return;
    if (status === 204) {
      if (data) throw new Error(`The answer ${name} has a body.`);
      return;
    }
    this.#check(schema ?? fallback, data, `The answer ${name}`);
  }

  /** Throws unless a webhook's payload is one of `name`, e.g. "merge-group-destroyed". */
  webhook(name: string, payload: unknown): void {
    const schemas = this.#document.components.schemas as Record<string, Json>;
    const schema = schemas[`webhook-${name}`];
    if (!schema) throw new Error(`GitHub describes no webhook ${name}.`);
    this.#check(schema, payload, `The webhook ${name}`);
  }

  /** Makes a client hold every request and answer against the description. */
  watch(octokit: Octokit): Octokit {
    octokit.hook.wrap("request", async (send, options) => {
      const { method, url, baseUrl, headers, mediaType, request, ...given } = options;
      if (url.startsWith("http") || url === "/graphql") return send(options);
      this.request(method, url, given);
      try {
        const answer = await send(options);
        this.answer(method, url, answer.status, answer.data);
        return answer;
      } catch (error) {
        const { response } = error as { response?: { status: number; data: unknown } };
        if (response) this.answer(method, url, response.status, response.data);
        throw error;
      }
    });
    return octokit;
  }
}
