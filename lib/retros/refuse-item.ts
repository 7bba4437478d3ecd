import "server-only";
import type { Attachment } from "@/lib/contracts/retro";
import { Refusal } from "@/lib/server/refusal";

/** What a retro tells of has happened. Refusal `in-the-future`. */
export function refuseFuture(at: string | null | undefined, now: Date): void {
  if (at && Date.parse(at) > now.getTime()) {
    throw new Refusal(
      "in-the-future",
      422,
      "That time is still to come. A timeline tells of what was.",
    );
  }
}

/** An attachment is a link, some text, or both. Refusal `bare-attachment`. */
export function refuseBareAttachments(attachments: readonly Attachment[] | undefined): void {
  const bare = attachments?.find(({ url, text }) => url === null && !text?.trim());
  if (bare) {
    throw new Refusal(
      "bare-attachment",
      422,
      `“${bare.title}” has neither a link nor text. Give it one, or take it out.`,
    );
  }
}
