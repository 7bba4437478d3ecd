import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Excerpt } from "./excerpt";

const html = (text: string) => renderToStaticMarkup(<Excerpt text={text} />);

test("what was found is marked, and only that", () => {
  const marked = html("The «pool» was full … «pool» again");
  expect(marked.match(/<mark[^>]*>([^<]*)<\/mark>/g)).toHaveLength(2);
  expect(marked.replaceAll(/<[^>]*>/g, "")).toBe("The pool was full … pool again");
  expect(html("nothing «open")).not.toContain("<mark");
});

test("words of an excerpt stay words", () => {
  const hostile = html("«<img src=x onerror=alert(1)>» <script>alert(1)</script>");
  expect(hostile).not.toMatch(/<(img|script)/);
  expect(hostile).toContain("&lt;script&gt;");
});
