import { Tag } from "@/components/ui/tag";
import type { Retro } from "@/lib/contracts/retro";

/** Where a retro stands: draft, in review, published as a numbered version, changed since. */
export function RetroState({ retro }: { retro: Retro }) {
  if (retro.publishedVersion > 0) {
    return (
      <span className="inline-flex flex-wrap gap-1.5">
        <Tag tone="good">Published v{retro.publishedVersion}</Tag>
        {retro.changedSince ? <Tag>changed since</Tag> : null}
      </span>
    );
  }
  return retro.state === "in-review" ? <Tag tone="accent">In review</Tag> : <Tag>Draft</Tag>;
}
