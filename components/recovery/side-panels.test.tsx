import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { RecoveryView } from "@/lib/contracts/recovery";
import { FreezePanel } from "./side-panels";

const textOf = (freezeHours: RecoveryView["freezeHours"]) =>
  renderToStaticMarkup(<FreezePanel freezeHours={freezeHours} actions={null} />)
    .replace(/<[^>]+>/g, "|")
    .replace(/\|+/g, "|");

test("freeze hours are told in all and for each service", () => {
  const text = textOf({
    hours: 2.26,
    why: "in 3 freezes",
    services: [
      { service: "checkout", title: "Checkout", hours: 2.2 },
      { service: "search", title: "Search", hours: 0.06 },
    ],
  });
  expect(text).toContain("|2.3 h |in 3 freezes|Checkout|2.2 h|Search|under 0.1 h|");
});

test("where nothing was frozen it says so, without a figure", () => {
  const text = textOf({ hours: 0, why: "Nothing was frozen in this period.", services: [] });
  expect(text).toContain("|Nothing was frozen in this period.|");
  expect(text).not.toContain(" h|");
});
