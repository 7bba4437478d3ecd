import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound, paged, repositoryOf } from "../exchange.ts";
import { isoTime } from "../git-history.ts";
import { isGranted, requireAdministration } from "../permissions.ts";
import type { Route } from "../router.ts";
import type { BypassActor, Rule, Ruleset, RulesetDetails } from "../rulesets.ts";
import { nodeId } from "./person-view.ts";

const BASE = "/repos/:owner/:repo/rulesets";

/** Rules that are enforced here, each with the parameters that GitHub wants to be given. */
const RULES: Record<string, readonly string[]> = {
  update: [],
  required_linear_history: [],
  non_fast_forward: [],
  required_status_checks: ["required_status_checks", "strict_required_status_checks_policy"],
  pull_request: [
    "dismiss_stale_reviews_on_push",
    "require_code_owner_review",
    "require_last_push_approval",
    "required_approving_review_count",
    "required_review_thread_resolution",
  ],
  merge_queue: [
    "check_response_timeout_minutes",
    "grouping_strategy",
    "max_entries_to_build",
    "max_entries_to_merge",
    "merge_method",
    "min_entries_to_merge",
    "min_entries_to_merge_wait_minutes",
  ],
};
const ACTORS: readonly unknown[] = [
  "Integration",
  "OrganizationAdmin",
  "RepositoryRole",
  "Team",
  "DeployKey",
  "User",
];

type Json = Record<string, unknown>;

function refuse(message: string, field: string): never {
  const errors = [{ resource: "RepositoryRuleset", field, code: "custom", message }];
  throw new HttpError(422, "Validation Failed", { errors });
}

/** As lists hold it. */
function shortView(exchange: Exchange, ruleset: Ruleset): Json {
  const { fullName } = repositoryOf(exchange);
  const { apiUrl, url } = exchange.site;
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: "branch",
    source_type: "Repository",
    source: fullName,
    enforcement: ruleset.enforcement,
    node_id: nodeId("RepositoryRuleset", ruleset.id),
    _links: {
      self: { href: `${apiUrl}/repos/${fullName}/rulesets/${ruleset.id}` },
      html: { href: `${url}/${fullName}/rules/${ruleset.id}` },
    },
    created_at: isoTime(ruleset.createdAt),
    updated_at: isoTime(ruleset.updatedAt),
  };
}

/** Who is on the bypass list is told to those alone who could change it. */
function view(exchange: Exchange, ruleset: Ruleset): Json {
  const { caller } = exchange;
  const { rules } = repositoryOf(exchange);
  const mayWrite = caller !== null && isGranted(caller, "administration", "write");
  return {
    ...shortView(exchange, ruleset),
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules,
    ...(mayWrite ? { bypass_actors: ruleset.bypassActors } : {}),
    ...(caller ? { current_user_can_bypass: rules.bypass(ruleset, caller.person) } : {}),
  };
}

function actorsOf(value: unknown): BypassActor[] {
  if (!Array.isArray(value)) return refuse("Bypass actors must be a list", "bypass_actors");
  return value.map((one: Json): BypassActor => {
    const { actor_type: type, actor_id: id = null, bypass_mode: mode = "always" } = one;
    if (!ACTORS.includes(type)) refuse(`Invalid actor type: '${String(type)}'`, "bypass_actors");
    if (mode !== "always" && mode !== "pull_request" && mode !== "exempt")
      refuse(`Invalid bypass mode: '${String(mode)}'`, "bypass_actors");
    if (id !== null && typeof id !== "number") refuse("Invalid actor id", "bypass_actors");
    return { actor_id: id, actor_type: type as BypassActor["actor_type"], bypass_mode: mode };
  });
}

function rulesOf(value: unknown): Rule[] {
  if (!Array.isArray(value)) return refuse("Rules must be a list", "rules");
  return value.map((one: Json): Rule => {
    const type = String(one.type);
    const wanted = RULES[type];
    if (!wanted)
      return refuse(
        `Invalid rule '${type}': enforced here are ${Object.keys(RULES).join(", ")}`,
        "rules",
      );
    const parameters = one.parameters as Json | undefined;
    for (const name of wanted)
      if (parameters?.[name] === undefined)
        refuse(`Invalid rule '${type}': Missing parameter '${name}'`, "rules");
    return parameters ? { type, parameters } : { type };
  });
}

function patternsOf(value: unknown): string[] {
  const patterns = Array.isArray(value) ? value.map(String) : [];
  for (const pattern of patterns)
    if (!/^(~ALL|~DEFAULT_BRANCH|refs\/heads\/.+)$/.test(pattern))
      refuse(`Invalid target patterns: '${pattern}'`, "conditions");
  return patterns;
}

/** What a body says of a ruleset; what it leaves out is left out. */
function detailsOf(body: Json): Partial<RulesetDetails> {
  const { name, target, enforcement, bypass_actors: actors, conditions, rules } = body;
  if (name !== undefined && (typeof name !== "string" || name.trim() === ""))
    refuse("Name can't be blank", "name");
  if (target !== undefined && target !== "branch")
    refuse("Target: only rulesets of branches are enforced here", "target");
  if (
    enforcement !== undefined &&
    enforcement !== "active" &&
    enforcement !== "disabled" &&
    enforcement !== "evaluate"
  )
    refuse("Enforcement is not included in the list", "enforcement");
  const refName = (conditions as { ref_name?: Json } | undefined)?.ref_name;
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(enforcement ? { enforcement: enforcement as Ruleset["enforcement"] } : {}),
    ...(actors === undefined ? {} : { bypassActors: actorsOf(actors) }),
    ...(refName
      ? { include: patternsOf(refName.include), exclude: patternsOf(refName.exclude) }
      : {}),
    ...(rules === undefined ? {} : { rules: rulesOf(rules) }),
  };
}

function refuseSameName(exchange: Exchange, name: string | undefined, self?: Ruleset): void {
  for (const known of repositoryOf(exchange).rules.rulesets.all.values())
    if (known !== self && known.name === name) refuse("Name must be unique", "name");
}

function rulesetOf(exchange: Exchange): Ruleset {
  const known = repositoryOf(exchange).rules.rulesets.all.get(Number(exchange.params.id));
  if (!known) throw notFound();
  return known;
}

function create(exchange: Exchange): Answer {
  requireAdministration(exchange.caller, "write");
  const { rulesets } = repositoryOf(exchange).rules;
  const details = detailsOf(exchange.body);
  const { name, enforcement } = details;
  if (!name) refuse("Name can't be blank", "name");
  if (!enforcement) refuse("Enforcement is not included in the list", "enforcement");
  refuseSameName(exchange, name);
  const usual = { bypassActors: [], include: [], exclude: [], rules: [] };
  const ruleset = rulesets.add({ ...usual, ...details, name, enforcement });
  return { status: 201, json: view(exchange, ruleset) };
}

function update(exchange: Exchange): Answer {
  requireAdministration(exchange.caller, "write");
  const ruleset = rulesetOf(exchange);
  const details = detailsOf(exchange.body);
  refuseSameName(exchange, details.name, ruleset);
  repositoryOf(exchange).rules.rulesets.change(ruleset, details);
  return { json: view(exchange, ruleset) };
}

function remove(exchange: Exchange): Answer {
  requireAdministration(exchange.caller, "write");
  repositoryOf(exchange).rules.rulesets.remove(rulesetOf(exchange));
  return { status: 204 };
}

function list(exchange: Exchange): Answer {
  const all = [...repositoryOf(exchange).rules.rulesets.all.values()];
  return paged(
    exchange,
    all.map((ruleset) => shortView(exchange, ruleset)),
  );
}

/** Rulesets: everybody who may read sees them, administrators make and change them. */
export const rulesetRoutes: Route[] = [
  { method: "GET", pattern: BASE, handle: list },
  { method: "POST", pattern: BASE, handle: create },
  {
    method: "GET",
    pattern: `${BASE}/:id`,
    handle: (exchange) => ({ json: view(exchange, rulesetOf(exchange)) }),
  },
  { method: "PUT", pattern: `${BASE}/:id`, handle: update },
  { method: "DELETE", pattern: `${BASE}/:id`, handle: remove },
];
