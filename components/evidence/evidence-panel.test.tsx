import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { evidenceQueries } from "@/lib/browser/evidence-queries";
import { queries } from "@/lib/browser/queries";
import type { EvidenceView, KeptEvidence } from "@/lib/contracts/kept-evidence";
import type { Role } from "@/lib/contracts/role";
import EvidencePanel from "./evidence-panel";

const AT = "2026-11-20T10:00:00.000Z";

function one(over: Partial<KeptEvidence> = {}): KeptEvidence {
  return {
    ...{ id: "E-1", incidentId: "INC-1", restorationId: "R-1", kind: "logs", bytes: 4_100 },
    ...{ title: "checkout-7d9f-x2 (app)", isCut: false, masked: 0, problem: null },
    ...{ takenAt: AT, keptUntil: "2026-12-20T10:00:00.000Z", mediaType: "text/plain" },
    ...over,
  };
}

function drawn(view: EvidenceView, role: Role = "responder"): string {
  const client = new QueryClient();
  const actor = { id: "ada", name: "Ada", role, via: "session" as const };
  client.setQueryData(queries.session().queryKey, actor);
  client.setQueryData(evidenceQueries.ofIncident("INC-1").queryKey, view);
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <EvidencePanel incidentId="INC-1" />
    </QueryClientProvider>,
  );
}

const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, "").replaceAll("&#x27;", "'");

test("each thing with its size and what was done to it, and a file for who may read it", () => {
  const kept = [
    one({ isCut: true, masked: 3 }),
    one({ id: "E-2", kind: "events", bytes: 0, title: "Events", problem: "Not read in time." }),
    one({ id: "E-3", bytes: 0, title: "quiet (app)" }),
    one({ id: "E-4", restorationId: "R-0", kind: "template", title: "Pod template of checkout" }),
  ];
  const html = drawn({ kept, underWay: [] });
  const text = textOf(html);
  expect(text).toContain("R-1: 2 things, 4.1 kB, 1 couldn’t be kept");
  expect(text).toContain("R-0: 1 thing, 4.1 kB");
  expect(text).toContain("4.1 kB · the oldest lines were cut · 3 masked");
  expect(text).toContain("Not read in time.not kept");
  expect(text).toContain("empty");
  expect(html.match(/href="\/api\/evidence\/E-\d" download=""/g)).toHaveLength(2);
});

test("who only looks sees what there is and who can read it", () => {
  const html = drawn({ kept: [one()], underWay: [] }, "viewer");
  expect(html).not.toContain("/api/evidence/");
  expect(textOf(html)).toContain("a responder can read it");
});

test("while more is being kept it says so; nothing takes no room", () => {
  expect(textOf(drawn({ kept: [], underWay: ["R-2"] }))).toContain("R-2: 0 things");
  expect(textOf(drawn({ kept: [one()], underWay: ["R-1"] }))).toContain("more is being kept");
  expect(drawn({ kept: [], underWay: [] })).toBe("");
});

test("text from a cluster stays text", () => {
  const title = '<img src=x onerror="alert(1)">';
  const html = drawn({ kept: [one({ title, problem: title })], underWay: [] });
  expect(html).not.toContain("<img");
});
