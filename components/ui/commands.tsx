import { CopyButton } from "./copy-button";

/** Commands to run by hand, as text that can be selected, with one press to copy all of them. */
export function Commands({ commands }: { commands: string[] }) {
  if (commands.length === 0) return null;
  return (
    <div className="mt-1.5 flex flex-col items-start gap-1.5">
      <pre className="max-w-full overflow-x-auto rounded-md bg-sunken px-2 py-1.5 font-mono text-meta whitespace-pre-wrap">
        {commands.join("\n")}
      </pre>
      <CopyButton text={() => commands.join("\n")} said="Commands copied.">
        Copy commands
      </CopyButton>
    </div>
  );
}
