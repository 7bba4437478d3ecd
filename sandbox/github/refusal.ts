/** An act that the repository's state or rules do not allow; `reason` says which kind of rule. */
export class Refusal extends Error {
  readonly reason: "conflict" | "not-mergeable" | "head-moved" | "not-merged" | "invalid";
  constructor(reason: Refusal["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}
