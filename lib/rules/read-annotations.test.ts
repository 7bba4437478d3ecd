import { describe, expect, test } from "vitest";
import { type DefaultSources, readAnnotations } from "./read-annotations";

const ONE_EACH: DefaultSources = { code: "github", flags: "unleash", signals: "prometheus" };

function read(annotations: Record<string, string>, defaults: DefaultSources = ONE_EACH) {
  const prefixed = Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`known-good.dev/${key}`, value]),
  );
  return readAnnotations(
    { source: "cluster", namespace: "shop", name: "checkout", annotations: prefixed },
    defaults,
  );
}

describe("annotations of a Deployment", () => {
  test("declare nothing without a service's name", () => {
    expect(read({})).toBeNull();
    expect(read({ team: "Payments", service: "  " })).toBeNull();
  });

  test("a name alone is a service with its Deployment", () => {
    expect(read({ service: "checkout" })).toMatchObject({
      ...{ name: "checkout", title: "checkout", team: null, origin: "discovered" },
      deployments: [{ source: "cluster", namespace: "shop", name: "checkout" }],
      ...{ repository: null, flags: null, signal: null, dependsOn: [] },
      mayBeDrilled: false,
    });
  });

  test("say everything that the file can say, lists with commas", () => {
    const all = read({
      ...{ service: "checkout", title: "Checkout", team: "Payments", "depends-on": "a, b ,,c" },
      ...{ repository: "acme/shop", "repository-paths": "services/checkout/, lib/" },
      ...{ "repository-branch": "trunk", migrations: "db/", "repository-source": "ghe" },
      ...{ "flags-project": "default", "flags-environment": "live", "flags-keys": "x, y" },
      ...{ "signal-query": "q", "signal-threshold": "0.02", "signal-harm-when": "below" },
      ...{ "signal-unit": "seconds", "signal-verify-seconds": "60", "signal-title": "Slow" },
      drills: "true",
    });
    expect(all).toMatchObject({
      ...{ title: "Checkout", team: "Payments", dependsOn: ["a", "b", "c"] },
      mayBeDrilled: true,
      repository: {
        ...{ source: "ghe", name: "acme/shop", branch: "trunk" },
        ...{ paths: ["services/checkout/", "lib/"], migrations: ["db/"] },
      },
      flags: { source: "unleash", project: "default", environment: "live", keys: ["x", "y"] },
      signal: {
        ...{ source: "prometheus", title: "Slow", query: "q", unit: "seconds", threshold: 0.02 },
        ...{ harmWhen: "below", verifyForSeconds: 60 },
      },
    });
  });

  test("name no source where there are several to choose from", () => {
    const several = { code: null, flags: null, signals: null };
    const given = { service: "s", repository: "a/b", "flags-project": "p", "signal-query": "q" };
    expect(read(given, several)).toMatchObject({ repository: null, flags: null, signal: null });
  });

  const nonsense: Record<string, string>[] = [
    { "signal-query": "q" },
    { "signal-query": "q", "signal-threshold": "much" },
    { "signal-query": "q", "signal-threshold": "1", "signal-unit": "apples" },
    { "signal-query": "q", "signal-threshold": "1", "signal-verify-seconds": "-3" },
    { drills: "on Tuesdays" },
  ];
  test.each(nonsense)("make no sense: %j", (signal) => {
    expect(() => read({ service: "checkout", ...signal })).toThrow();
  });
});
