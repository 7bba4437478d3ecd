/** One request of the conversation that both servers hear. */
export type Step = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `$name` stands for what an earlier step kept. */
  path: string;
  body?: unknown;
  contentType?: string;
  /** Whose token: `admin` unless told; `nobody` sends none. */
  as?: "admin" | "ada" | "vera" | "root" | "stranger" | "nobody";
  /** How far the bodies must agree; everything but ids and times unless told. */
  compare?: "all" | "keys" | "status";
  keep?: { as: string; from: (body: unknown) => unknown };
  note?: string;
};

const P = "/api/admin/projects/default";
const EVENTS = "/api/admin/search/events";

function place(flag: string, environment = "development"): string {
  return `${P}/features/${flag}/environments/${environment}`;
}

function events(filter: string, note = ""): Step {
  return { method: "GET", path: `${EVENTS}?${filter}`, note };
}

const idOf = (body: unknown): unknown => Reflect.get(Object(body), "id");
const country = (values: string[]) => ({ contextName: "country", operator: "IN", values });
const gradual = (rollout: string, more: object = {}) => ({
  name: "flexibleRollout",
  parameters: { rollout, stickiness: "default", groupId: "first" },
  ...more,
});
const first = place("first");

const gate: Step[] = [
  { method: "GET", path: "/health", as: "nobody" },
  { method: "GET", path: "/ready", as: "nobody" },
  { method: "GET", path: "/api/admin/projects", as: "nobody" },
  { method: "GET", path: "/api/admin/instance-admin", as: "nobody" },
  { method: "GET", path: "/api/admin/projects", as: "stranger" },
  { method: "GET", path: "/api/admin/nope" },
  { method: "GET", path: "/api/admin/user" },
  { method: "GET", path: "/api/admin/user", as: "vera", compare: "keys" },
  { method: "GET", path: "/api/admin/user", as: "root", compare: "keys" },
  { method: "POST", path: `${first}/on`, as: "vera", note: "as a viewer" },
  { method: "POST", path: `${first}/on`, as: "nobody" },
  { method: "DELETE", path: `${first}/strategies/x`, as: "vera" },
  { method: "GET", path: `${P}/change-requests/config` },
];

const toggles: Step[] = [
  { method: "GET", path: `${P}/features/first` },
  { method: "GET", path: `${P}/features/first?variantEnvironments=true` },
  { method: "GET", path: `${P}/features/nope` },
  { method: "GET", path: "/api/admin/projects/nope/features/first" },
  { method: "GET", path: "/api/admin/projects/nope/features" },
  { method: "POST", path: `${first}/on`, note: "for the first time: makes a strategy" },
  { method: "POST", path: `${first}/on`, note: "again: changes nothing" },
  { method: "GET", path: first },
  { method: "POST", path: `${first}/off`, as: "ada" },
  { method: "POST", path: `${place("nope")}/on` },
  { method: "POST", path: `${place("first", "nope")}/on` },
  { method: "GET", path: place("first", "nope") },
  { method: "GET", path: `${place("first", "nope")}/strategies` },
  events("feature=IS:first"),
];

const strategies: Step[] = [
  {
    method: "GET",
    path: `${first}/strategies`,
    keep: { as: "one", from: (body) => idOf(Reflect.get(Object(body), 0)) },
  },
  { method: "GET", path: `${first}/strategies/$one` },
  { method: "GET", path: `${first}/strategies/nope` },
  { method: "GET", path: `${place("second")}/strategies/$one`, note: "in another flag" },
  { method: "PUT", path: `${first}/strategies/$one`, body: gradual("25"), as: "ada" },
  { method: "PUT", path: `${first}/strategies/$one`, body: { parameters: { rollout: 33 } } },
  { method: "PUT", path: `${first}/strategies/$one`, body: { name: "flexibleRollout" } },
  { method: "PUT", path: `${first}/strategies/$one`, body: { name: "bogus" } },
  { method: "PUT", path: `${first}/strategies/nope`, body: { name: "default" } },
  { method: "PUT", path: `${place("second")}/strategies/$one`, body: { name: "default" } },
  {
    method: "PUT",
    path: `${first}/strategies/$one`,
    body: gradual("50", { title: "Half", constraints: [country(["NL"])], segments: [1] }),
  },
  { method: "GET", path: `${P}/features/first` },
  {
    method: "PATCH",
    path: `${first}/strategies/$one`,
    body: [{ op: "replace", path: "/parameters/rollout", value: "60" }],
  },
  { method: "PATCH", path: `${first}/strategies/nope`, body: [] },
  { method: "PATCH", path: `${first}/strategies/$one`, body: { a: 1 }, compare: "keys" },
  {
    method: "POST",
    path: `${first}/strategies`,
    body: gradual("10", {
      disabled: true,
      variants: [
        { name: "b", weight: 1, weightType: "variable", stickiness: "default" },
        { name: "a", weight: 300, weightType: "fix", stickiness: "default" },
      ],
    }),
    keep: { as: "two", from: idOf },
  },
  { method: "POST", path: `${first}/strategies`, body: { parameters: {} } },
  { method: "POST", path: `${first}/strategies`, body: { name: "userWithId" } },
  { method: "POST", path: `${place("first", "nope")}/strategies`, body: { name: "default" } },
  { method: "POST", path: `${first}/strategies`, body: "x", contentType: "text/plain" },
  { method: "POST", path: `${first}/strategies` },
  {
    method: "PUT",
    path: `${first}/strategies/$two`,
    body: gradual("10", { variants: [{ name: "b", weight: 9, weightType: "fix" }] }),
  },
  { method: "GET", path: "/api/admin/segments/strategies/$one" },
  { method: "DELETE", path: `${first}/strategies/$one` },
  { method: "DELETE", path: `${first}/strategies/$one`, note: "again" },
  { method: "GET", path: `${first}/strategies` },
  events("feature=IS:first&limit=7"),
];

const switches: Step[] = [
  { method: "POST", path: `${first}/on?shouldActivateDisabledStrategies=true` },
  { method: "GET", path: first },
  {
    method: "PUT",
    path: `${first}/strategies/$two`,
    body: gradual("10", { disabled: true }),
    note: "disabling the last one turns the flag off",
  },
  { method: "POST", path: `${first}/on`, note: "with disabled ones only: adds another" },
  {
    method: "GET",
    path: first,
    keep: {
      as: "three",
      from: (body) => idOf(Reflect.get(Object(Reflect.get(Object(body), "strategies")), 1)),
    },
  },
  { method: "DELETE", path: `${first}/strategies/$two` },
  { method: "DELETE", path: `${first}/strategies/$three`, note: "the last one" },
  { method: "GET", path: first },
  events("feature=IS:first&limit=8"),
  { method: "GET", path: "/api/admin/events/first", compare: "keys" },
  {
    method: "POST",
    path: `${P}/bulk_features/environments/development/on`,
    body: { features: ["second", "third"] },
  },
  {
    method: "POST",
    path: `${P}/bulk_features/environments/development/off`,
    body: { features: ["second", "nope"] },
  },
  { method: "POST", path: `${P}/bulk_features/environments/development/off`, body: {} },
  { method: "GET", path: place("third") },
  events("feature=IS_ANY_OF:third&type=IS_ANY_OF:feature-environment-enabled,feature-strategy-add"),
];

const guarded: Step[] = [
  { method: "POST", path: `${place("second", "production")}/on`, as: "ada" },
  { method: "POST", path: `${place("nope", "production")}/on`, as: "ada" },
  {
    method: "POST",
    path: `${place("second", "production")}/strategies`,
    body: gradual("5"),
    as: "ada",
  },
  { method: "POST", path: `${place("second", "production")}/on`, as: "vera" },
  { method: "GET", path: place("second", "production") },
  { method: "POST", path: `${place("second", "production")}/on`, as: "root" },
  { method: "POST", path: `${place("second", "production")}/off`, note: "as an admin token" },
  events("feature=IS:second&environment=IS:production"),
];

const others: Step[] = [
  { method: "GET", path: "/api/admin/segments" },
  { method: "GET", path: "/api/admin/segments/1" },
  { method: "GET", path: "/api/admin/segments/999" },
  { method: "GET", path: "/api/admin/segments/abc" },
  { method: "GET", path: "/api/admin/segments/strategies/nope" },
  {
    method: "PUT",
    path: "/api/admin/segments/1",
    body: { name: "dutch", constraints: [country(["NL", "DE"])] },
    as: "ada",
  },
  { method: "PUT", path: "/api/admin/segments/1", body: { constraints: [] } },
  { method: "PUT", path: "/api/admin/segments/999", body: { name: "x", constraints: [] } },
  {
    method: "PUT",
    path: "/api/admin/segments/1",
    body: { name: "dutch", constraints: [] },
    as: "vera",
  },
  events("type=IS:segment-updated"),
  { method: "GET", path: `${first}/variants` },
  { method: "PUT", path: `${first}/variants`, body: [] },
  { method: "PATCH", path: `${first}/variants`, body: [] },
  { method: "GET", path: `${P}/features` },
  { method: "GET", path: "/api/admin/search/features?project=IS:default&limit=2", compare: "keys" },
  { method: "GET", path: "/api/admin/projects", compare: "keys" },
  { method: "GET", path: "/api/admin/environments" },
];

const searches: Step[] = [
  events("feature=IS:first&limit=2&offset=1"),
  events("feature=IS:first&limit=5000"),
  events("feature=IS:first&limit=x&offset=x"),
  events("feature=first"),
  events("feature=IS:first&type=IS_NOT:feature-created"),
  events("feature=IS:first&project=IS:nope"),
  events("feature=IS:first&environment=IS:production"),
  events("feature=IS:first&from=IS:2099-01-01"),
  events("feature=IS:first&to=IS:2020-01-01"),
  events("feature=IS:first&from=IS:2020-01-01&to=IS:2099-01-01&limit=1"),
  events("feature=IS:first&from=IS:2026-11-02T10:00:00Z"),
  events("feature=IS:first&from=2026-11-02"),
  events("feature=IS:first&createdBy=IS:-42&limit=1"),
  { method: "GET", path: `${EVENTS}?createdBy=IS:ada`, compare: "keys" },
];

/** The whole conversation; each step relies on the ones before. */
export const SEQUENCE: Step[] = [
  ...gate,
  ...toggles,
  ...strategies,
  ...switches,
  ...guarded,
  ...others,
  ...searches,
].map((step) => ({ note: "", ...step }));
