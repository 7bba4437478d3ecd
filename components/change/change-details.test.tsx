import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { ConfigDetails } from "@/lib/contracts/change";
import { KindFacts } from "./change-details";

const words = (details: ConfigDetails) =>
  renderToStaticMarkup(<KindFacts details={details} />)
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");

test("a changed ConfigMap shows its keys by what became of them, who reads it and when", () => {
  const text = words({
    ...{ kind: "config", namespace: "shop", object: "ConfigMap/settings" },
    ...{ keys: ["A", "B", "C"], added: ["B"], removed: ["C"], action: "changed" },
    ...{ deployments: ["checkout"], noticed: "at-restart", writtenBy: "kubectl-edit" },
  });
  expect(text).toContain("ConfigMap settings in shop");
  expect(text).toMatch(/Changed keys A Added keys B Removed keys C Read by checkout/);
  expect(text).toContain("by pods that start after it");
  expect(text).toContain("Values are never kept");
});

test("one that says only what was always said shows that", () => {
  const text = words({
    ...{ kind: "config", namespace: "shop", object: "ConfigMap/settings", keys: ["A"] },
  });
  expect(text).toContain("Changed keys A");
  expect(text).not.toContain("Read by");
});
