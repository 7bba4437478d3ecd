import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Theme = "light" | "dark";
const css = readFileSync(new URL("../app/tokens.css", import.meta.url), "utf8");
const number = String.raw`([\d.]+)`;
const colour = String.raw`oklch\(${number} ${number} ${number}\)`;
const pairs = new Map(
  [...css.matchAll(new RegExp(`--([\\w-]+): light-dark\\(${colour}, ${colour}\\);`, "g"))].map(
    ([, name, ...parts]) => {
      const values = parts.map(Number);
      return [name ?? "", { light: values.slice(0, 3), dark: values.slice(3, 6) }] as const;
    },
  ),
);

/** Relative luminance (WCAG) of an OKLCH colour, clipped to sRGB as a screen does. */
function luminance([lightness = 0, chroma = 0, hue = 0]: number[]): number {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const red = clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s);
  const green = clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s);
  const blue = clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, theme: Theme): number {
  const [first, second] = [one, other].map((name) => {
    const pair = pairs.get(name);
    if (!pair) throw new Error(`No token --${name} in tokens.css`);
    return luminance(pair[theme]);
  });
  const [high, low] = [first ?? 0, second ?? 0].sort((a, b) => b - a);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

const grounds = ["page", "surface", "sunken", "accent-soft", "harm-soft", "good-soft", "warn-soft"];
const texts = ["ink", "ink-2", "ink-3", "accent", "harm", "good", "warn"];
const levers = ["lever-retoggle", "lever-rollback", "lever-revert"];
const themes: Theme[] = ["light", "dark"];

describe.each(themes)("tokens, %s", (theme) => {
  it.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))(
    "text %s on %s reads at 4.5:1",
    (text, ground) => {
      expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ["on-accent", "accent"],
    ["on-harm", "harm"],
  ])("text %s on %s reads at 4.5:1", (text, ground) => {
    expect(contrast(text, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(
    ["edge", "focus", ...levers].flatMap((line) =>
      grounds.map((ground) => [line, ground] as const),
    ),
  )("%s is seen on %s at 3:1", (line, ground) => {
    expect(contrast(line, ground, theme)).toBeGreaterThanOrEqual(3);
  });
});

it("knows black from white", () => {
  expect(luminance([1, 0, 0])).toBeCloseTo(1, 3);
  expect(luminance([0, 0, 0])).toBe(0);
});

it("gives every token a light and a dark side", () => {
  const names = [...css.matchAll(/^ {2}--([\w-]+):/gm)].map(([, name]) => name);
  expect(names).toEqual([...pairs.keys()]);
});
