"use client";
import { type ComponentProps, useId, useState } from "react";
import { Panel } from "@/components/ui/panel";
import { DEFINITIONS, type DefinitionName } from "@/lib/rules/recovery-definitions";

/** What numbers mean: what they count, by which clock, of what. */
export function Definitions({ names }: { names: readonly DefinitionName[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2.5 md:grid-cols-2">
      {names.map((name) => {
        const { title, what, clock, of } = DEFINITIONS[name];
        return (
          <div key={name}>
            <dt className="font-semibold">{title}</dt>
            <dd className="max-w-prose text-ink-2">
              {what} <span className="text-ink-3">Clock:</span> {clock}{" "}
              <span className="text-ink-3">Counted:</span> {of}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** A panel of numbers; its “i” opens what each of them means, as text of the page. */
export function DefinedPanel({
  defines,
  notes = [],
  actions,
  children,
  ...panel
}: ComponentProps<typeof Panel> & {
  defines: readonly DefinitionName[];
  /** Further sentences below the definitions. */
  notes?: readonly string[];
}) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <Panel
      {...panel}
      actions={
        <>
          {actions}
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={`What the numbers of “${panel.title}” mean`}
            onClick={() => setOpen(!isOpen)}
            className="size-6 rounded-full border border-edge font-semibold text-ink-2 italic hover:bg-sunken aria-expanded:bg-sunken aria-expanded:text-ink"
          >
            i
          </button>
        </>
      }
    >
      <div id={id} hidden={!isOpen} className="border-b border-line bg-sunken px-3.5 py-3">
        <Definitions names={defines} />
        {notes.length > 0 ? (
          <ul className="mt-2.5 flex max-w-prose list-disc flex-col gap-1 ps-4 text-ink-2">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        ) : null}
      </div>
      {children}
    </Panel>
  );
}
