import * as z from "zod";

/** An http or https address without a user name in it; `instead` says where that belongs. */
export function webAddress(instead = "leave user names out of it") {
  return z
    .url({ protocol: /^https?$/ })
    .refine((url) => !URL.canParse(url) || new URL(url).username === "", instead);
}

/** For people's browsers, where the address for programs is another one. */
export const webUrl = webAddress()
  .optional()
  .describe("Address people open in a browser, when it differs from url");

export const timeoutSeconds = z
  .number()
  .positive()
  .default(10)
  .describe("How long to wait for an answer, in seconds");
