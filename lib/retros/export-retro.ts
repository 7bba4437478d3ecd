import "server-only";
import { retroMarkdown } from "@/lib/rules/retro-markdown";
import type { Ctx } from "@/lib/server/context";
import { documentFor, gatherRetro } from "./gather-retro";
import { getPublication } from "./get-publication";

/**
 * A retro as Markdown with the name for its file: a published version as it was, else as it stands
 * now. Refusals as `getPublication`.
 */
export async function exportRetro(
  ctx: Pick<Ctx, "db" | "fileServices" | "now" | "publicUrl">,
  input: { id: string; version?: number | undefined },
): Promise<{ name: string; markdown: string }> {
  if (input.version !== undefined) {
    const { markdown, document } = await getPublication(ctx, {
      id: input.id,
      version: input.version,
    });
    return { name: `${document.incident.id}-retro-v${input.version}.md`, markdown };
  }
  const gathered = await gatherRetro(ctx, input.id);
  const markdown = retroMarkdown(documentFor(gathered, "all"), {
    url: `${ctx.publicUrl}/retros/${gathered.incident.id}`,
    version: null,
    publishedAt: null,
  });
  return { name: `${gathered.incident.id}-retro.md`, markdown };
}
