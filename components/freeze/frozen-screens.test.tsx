import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { AppRouterContext } from "next/dist/shared/lib/app-router-context.shared-runtime";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import OwnerLines from "@/components/lever/owner-lines";
import LooseEndPanel from "@/components/loose-end/loose-end-panel";
import UndoneAlert from "@/components/restoration/undone-alert";
import { queries } from "@/lib/browser/queries";
import type { Freeze, HeldDelivery } from "@/lib/contracts/freeze";
import type { Hold } from "@/lib/contracts/hold";
import type { IncidentView } from "@/lib/contracts/incident";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import type { Role } from "@/lib/contracts/role";
import { waitingOf } from "@/lib/rules/thaw-warning";
import FreezeBar from "./freeze-bar";
import FreezePanels from "./freeze-panels";
import { wayThrough } from "./held-list";
import { newsOf } from "./use-say-freezes";

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  'https://a.example/"onmouseover="alert(1)',
  "\u202egpj.exe",
];
const NOW = new Date().toISOString();
const LATER = new Date(Date.now() + 3_600_000).toISOString();

const router = {
  ...{ back: () => undefined, forward: () => undefined, refresh: () => undefined },
  ...{ push: () => undefined, replace: () => undefined, prefetch: () => undefined },
};

function drawn(screen: ReactNode, role: Role = "responder"): string {
  const client = new QueryClient();
  const actor = { id: "ada", name: "Ada", role, via: "session" as const };
  client.setQueryData(queries.session().queryKey, actor);
  return renderToStaticMarkup(
    <AppRouterContext value={router as never}>
      <QueryClientProvider client={client}>{screen}</QueryClientProvider>
    </AppRouterContext>,
  );
}

const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

function hold(over: Partial<Hold> = {}): Hold {
  return {
    ...{ id: "H-1", layer: "github", source: "github", subject: "shop/checkout main" },
    ...{ state: "held", sentence: "Merges wait.", who: null, endsByItself: false },
    ...{ commands: [], url: null, at: NOW, checkedAt: null },
    ...over,
  };
}

function held(over: Partial<HeldDelivery> = {}): HeldDelivery {
  return {
    ...{
      id: "1",
      kind: "gate",
      service: "checkout",
      value: "a1b9c3e",
      title: "checkout at a1b9c3e",
    },
    ...{ by: null, url: null, firstAt: NOW, lastAt: NOW, letThroughAt: null },
    ...over,
  };
}

function freeze(over: Partial<Freeze> = {}): Freeze {
  return {
    ...{ id: "F-12", services: ["checkout"], reason: "harm", by: "Grace", incidentId: "INC-1" },
    ...{ restorationId: null, createdAt: NOW, until: LATER, renewedAt: null, renewals: 0 },
    ...{ thawedAt: null, thawedBy: null, thawedBecause: null, holds: [hold()], allowed: [] },
    ...{ heldDeliveries: [], heldCount: 0 },
    ...over,
  };
}

function end(over: Partial<LooseEnd> = {}): LooseEnd {
  return {
    ...{ key: "paused-owner:H-1", kind: "paused-owner", incidentId: "INC-1", restorationId: null },
    ...{ sentence: "It is paused.", openedAt: NOW, closedAt: null, closedBy: null, waived: null },
    ...{ blocksResolving: true, actions: [] },
    ...over,
  };
}

function view(over: Partial<IncidentView> = {}): IncidentView {
  return {
    incident: { id: "INC-1", status: "restored" } as IncidentView["incident"],
    ...{ services: [], entries: [], changes: [], suspects: [], restorations: [] },
    ...{ freezes: [], looseEnds: [], from: NOW, to: NOW },
    ...over,
  } as IncidentView;
}

test.each(HOSTILE)("%j stays text, and leads nowhere but to the web", (text) => {
  const bad = freeze({
    ...{ services: [text], reason: text, by: text, cost: { sentence: text, suggestsRevert: true } },
    holds: [
      hold({
        ...{ state: "not-held", subject: text, source: text, sentence: text, who: text, url: text },
        commands: [text],
      }),
    ],
    allowed: [{ kind: "commit", value: text, why: "cure", reason: text, by: text, at: NOW }],
    heldDeliveries: [held({ value: text, title: text, by: text, url: text, service: text })],
    heldCount: 1,
  });
  const restoration = {
    ...{
      id: "R-1",
      label: text,
      lever: "revert",
      suspectId: null,
      plannedAt: NOW,
      state: "verified",
    },
    target: { lever: "revert", source: text, repository: text, number: 1 },
    undone: { at: NOW, by: text, sentence: text, changeId: null },
  } as IncidentView["restorations"][number];
  const ends = [
    end({
      sentence: text,
      actions: [
        { kind: "look", title: text, url: text },
        { kind: "resume", holdId: text, warning: text },
      ],
    }),
    end({ key: "2", sentence: text, waived: { by: text, at: NOW, reason: text } }),
  ];
  const html = [
    <FreezeBar key="bar" freezes={[bad]} />,
    <FreezePanels key="panels" view={view({ freezes: [bad] })} />,
    <LooseEndPanel key="ends" view={view({ looseEnds: ends })} />,
    <UndoneAlert key="undone" view={view({ restorations: [restoration] })} />,
    <OwnerLines
      key="owners"
      owners={[
        {
          ...{ kind: "argo-cd", title: text, sentence: text, undoesWithinSeconds: null },
          ...{ handling: "refused", because: text, who: text, resumedBy: text },
        },
      ]}
    />,
  ].map((screen) => drawn(screen));
  for (const each of html) {
    expect(textOf(each).length).toBeGreaterThan(10);
    expect(each).not.toMatch(/<(script|img)/);
    // In quotes it is a value.
    expect(each.replaceAll(/="[^"]*"/g, '=""')).not.toMatch(/<[^>]*\son\w+\s*=/);
    for (const [, link] of each.matchAll(/<[^>]*\shref="([^"]*)"/g)) {
      expect(link).toMatch(/^(https?:\/\/|\/incidents\/|#)/);
    }
  }
});

test("the banner says what doesn't hold, where, and who can change it", () => {
  const sentence = "The ruleset was refused.";
  const leak = hold({ state: "not-held", sentence, who: "an administrator of shop/checkout" });
  const text = textOf(
    drawn(<FreezeBar freezes={[freeze({ holds: [hold({ id: "H-2" }), leak] })]} />),
  );
  expect(text).toContain("Deliveries of checkout are frozen");
  expect(text).toContain("GitHub: not held");
  expect(text).toContain("Can be changed by an administrator of shop/checkout.");
  expect(text).toContain("No delivery waits");
});

test("many freezes take the room of two, and all are told", () => {
  const freezes = ["F-1", "F-2", "F-3", "F-4"].map((id, index) =>
    freeze({ id, services: [`service-${index}`], by: `Ada ${index}` }),
  );
  const html = drawn(<FreezeBar freezes={freezes} />);
  expect(html.slice(0, html.indexOf("<details")).match(/are frozen/g)).toHaveLength(2);
  const text = textOf(html);
  expect(text).toContain("2 more freezes: service-2, service-3 ");
  for (const { id, services, by } of freezes) {
    expect(text).toMatch(
      new RegExp(`Deliveries of ${services} are frozen until \\S+.*${id} by ${by}`),
    );
  }
  const wide = freeze({ id: "F-5", services: [] });
  const more = drawn(<FreezeBar freezes={[...freezes, wide]} />);
  expect(textOf(more)).toContain("3 more freezes: every service");
});

test("a freeze of many services names each of them", () => {
  const services = ["alpha", "beta", "gamma", "delta", "epsilon"];
  const html = drawn(<FreezeBar freezes={[freeze({ services })]} />);
  expect(textOf(html)).toContain("Deliveries of alpha, beta and 3 more are frozen");
  expect(textOf(html.slice(html.indexOf("<details")))).toContain(services.join(", "));
  expect(drawn(<FreezeBar freezes={[freeze()]} />)).not.toContain("<details");
});

test("who may only look has nothing to press", () => {
  const all = view({
    freezes: [freeze({ heldDeliveries: [held()], heldCount: 1 })],
    looseEnds: [end({ actions: [{ kind: "resume", holdId: "H-1", warning: null }] })],
  });
  const screens = (role: Role) =>
    drawn(<FreezeBar freezes={all.freezes} />, role) +
    drawn(<FreezePanels view={all} />, role) +
    drawn(<LooseEndPanel view={all} />, role);
  expect(screens("viewer")).not.toContain("<button");
  const pressed = textOf(screens("responder"));
  for (const label of ["Renew 60 min", "Thaw", "Let through…", "Resume", "Waive…"]) {
    expect(pressed).toContain(label);
  }
});

test("what isn't held stands first and open", () => {
  const holds = [
    hold({ id: "H-1", subject: "fine" }),
    hold({ id: "H-2", subject: "gone", state: "lost" }),
  ];
  const html = drawn(<FreezePanels view={view({ freezes: [freeze({ holds })] })} />);
  expect(html.indexOf("gone")).toBeLessThan(html.indexOf("fine"));
  expect(html).toMatch(/<details open="">/);
  expect(textOf(html)).toContain("1 held, 1 not held");
});

test("a freeze that is over folds away, until all of it is let go of", () => {
  const over = { thawedAt: NOW, thawedBy: "Grace", thawedBecause: "hand" as const };
  const done = freeze({ ...over, holds: [hold({ state: "released" })] });
  const going = freeze({ ...over, holds: [hold({ state: "releasing" })] });
  expect(drawn(<FreezePanels view={view({ freezes: [done] })} />)).not.toContain("<details open");
  const html = drawn(<FreezePanels view={view({ freezes: [going] })} />);
  expect(html).toContain("<details open");
  expect(textOf(html)).toContain("1 not let go yet");
});

test("a delivery that named no commit can't be let through alone", () => {
  expect(wayThrough(held())).toEqual({ kind: "commit", value: "a1b9c3e" });
  expect(wayThrough(held({ kind: "pull", value: "shop/checkout#12" }))?.kind).toBe("pull");
  expect(wayThrough(held({ value: "checkout (no commit named)" }))).toBeNull();
});

test("a held pull request says whose code it changes", () => {
  const pull = held({
    ...{ kind: "pull", service: null, value: "shop/checkout#12" },
    services: ["checkout", "basket"],
  });
  const one = freeze({ heldDeliveries: [pull], heldCount: 1 });
  const text = textOf(drawn(<FreezePanels view={view({ freezes: [one] })} />));
  expect(text).toContain("pull request, checkout, basket, ");
});

test("what was let through waits no longer, and what isn't listed still does", () => {
  const heldDeliveries = [held(), held({ id: "2", letThroughAt: NOW })];
  expect(waitingOf(freeze({ heldDeliveries, heldCount: 7 }))).toBe(6);
});

test("loose ends: what blocks is counted, what is over is told with who ended it", () => {
  const looseEnds = [
    end(),
    end({
      key: "freeze:F-1",
      kind: "freeze",
      blocksResolving: false,
      sentence: "F-1 freezes all.",
    }),
    end({ key: "3", closedAt: NOW, closedBy: "R-2: Put back", sentence: "It was paused." }),
    end({ key: "4", waived: { by: "Ada", at: NOW, reason: "team B has it" } }),
  ];
  const text = textOf(drawn(<LooseEndPanel view={view({ looseEnds })} />));
  expect(text).toContain("1 of 2 to close or waive before it can be resolved");
  expect(text).toContain("resolving ends it");
  expect(text).toContain("2 closed or waived");
  expect(text).toMatch(/closed \S+ by R-2: Put back/);
  expect(text).toMatch(/waived \S+ by Ada : team B has it|waived \S+ by Ada: team B has it/);
});

test("what is said of freezes changes with what they hold, and only then", () => {
  const keys = (holds: Hold[]) => newsOf([freeze({ holds })]).map(({ key }) => key);
  expect(keys([hold()])).toEqual(["F-12"]);
  expect(keys([hold({ state: "lost" })])).toEqual(["F-12", "F-12 H-1 lost"]);
  const [first, second] = newsOf([freeze({ holds: [hold({ state: "lost" })] })]);
  expect(first?.sentence).toMatch(/^Grace froze deliveries of checkout until \d\d:\d\d UTC\.$/);
  expect(second?.sentence).toBe("F-12, GitHub: taken away, shop/checkout main.");
});
