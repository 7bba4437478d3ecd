import "server-only";
import type { Problem } from "@/lib/contracts/problem";

/**
 * An expected no: a code, the HTTP status it becomes, and a sentence a stressed person can act on.
 * Everything else that is thrown is a bug and gets an id instead.
 */
export class Refusal extends Error {
  /** The server is bundled in several parts, each with its own copy of this class: all are one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "Refusal";
  }

  readonly code: string;
  readonly status: number;
  readonly sentence: string;
  readonly fields: Problem["fields"];

  constructor(code: string, status: number, sentence: string, fields?: Problem["fields"]) {
    super(sentence);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
    this.sentence = sentence;
    this.fields = fields;
  }
}
