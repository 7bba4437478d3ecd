import type { SchemaClass, SchemaVerdict } from "@/lib/contracts/schema-judgement";

/** How a verdict is said and drawn: the word and the shape carry it, the hue only repeats them. */
export const VERDICTS: Record<
  SchemaVerdict,
  { word: (version: string) => string; shape: string; hue: string }
> = {
  compatible: {
    word: (version) => `${version} runs on today’s schema`,
    shape: "M3 8.5 6.5 12 13 4.5",
    hue: "text-good",
  },
  incompatible: {
    word: (version) => `${version} can’t run on today’s schema`,
    shape: "M5 2h6l3 3v6l-3 3H5l-3-3V5ZM5.5 5.5l5 5M10.5 5.5l-5 5",
    hue: "text-warn",
  },
  unknown: {
    word: (version) => `Not known whether ${version} runs on today’s schema`,
    shape: "M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4v.5M8 13v.2",
    hue: "text-warn",
  },
};

/** What a class of schema change means for the version before it. */
export const CLASSES: Record<SchemaClass, string> = {
  BREAKS_READ_WRITE: "its statements fail",
  BREAKS_WRITE: "what it writes may be rejected",
  DATA_LOSS: "data is gone or other than it was",
  BREAKS_READ_SEMANTICS: "it may read what it doesn’t expect",
  UNREADABLE: "can’t be told from the text",
  SAFE: "adds or widens",
  LOCK_ONLY: "mattered only while it ran",
};
