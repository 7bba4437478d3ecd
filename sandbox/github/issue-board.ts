import type { Person } from "./accounts.ts";

export type IssueReason = "completed" | "not_planned" | "duplicate" | "reopened";

/** An issue of the hosted repository; it shares its numbers with the pull requests. Times in ms. */
export type Issue = {
  number: number;
  id: number;
  title: string;
  body: string | null;
  author: Person;
  labels: string[];
  state: "open" | "closed";
  reason: IssueReason | null;
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: Person | null;
};

export type IssueEvent = {
  action: "opened" | "edited" | "closed" | "reopened";
  issue: Issue;
  by: Person;
};

type House = {
  now: () => number;
  nextId: () => number;
  nextNumber: () => number;
  changed: (event: IssueEvent) => void;
};

/** The issues of one repository. */
export class IssueBoard {
  readonly all = new Map<number, Issue>();
  /** Off: the repository's owner has turned issues off in its settings. */
  isOn = true;
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  open(details: { title: string; body: string | null; author: Person; labels?: string[] }): Issue {
    const at = this.#house.now();
    const issue: Issue = {
      number: this.#house.nextNumber(),
      id: this.#house.nextId(),
      title: details.title,
      body: details.body,
      author: details.author,
      labels: details.labels ?? [],
      state: "open",
      reason: null,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      closedBy: null,
    };
    this.all.set(issue.number, issue);
    this.#house.changed({ action: "opened", issue, by: details.author });
    return issue;
  }

  edit(issue: Issue, by: Person, edits: { title?: string; body?: string | null }): void {
    if (edits.title === undefined && edits.body === undefined) return;
    if (edits.title !== undefined) issue.title = edits.title;
    if (edits.body !== undefined) issue.body = edits.body;
    issue.updatedAt = this.#house.now();
    this.#house.changed({ action: "edited", issue, by });
  }

  /** Closes or opens it again; closing what is closed changes at most the reason. */
  turn(issue: Issue, by: Person, state: Issue["state"], reason: IssueReason | null): void {
    if (issue.state === state) {
      if (state === "closed" && reason) issue.reason = reason;
      return;
    }
    const at = this.#house.now();
    issue.state = state;
    issue.updatedAt = at;
    issue.reason = state === "open" ? "reopened" : (reason ?? "completed");
    issue.closedAt = state === "closed" ? at : null;
    issue.closedBy = state === "closed" ? by : null;
    this.#house.changed({ action: state === "closed" ? "closed" : "reopened", issue, by });
  }
}
