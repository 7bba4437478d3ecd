/**
 * How a merge says that it is a fix for an incident, as regular expressions that PostgreSQL and
 * JavaScript read alike (case doesn't matter): by its title, or by one of its labels.
 */
export const HOTFIX_TITLE = "(^|[^a-z])(hotfix|INC-[0-9]+)([^a-z0-9]|$)";
export const HOTFIX_LABEL = "^(hotfix|incident)([^a-z]|$)";
