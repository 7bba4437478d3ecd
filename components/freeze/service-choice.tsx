"use client";
import { useId } from "react";
import type { Service } from "@/lib/contracts/service";

const ROW =
  "flex min-h-8 min-w-0 cursor-pointer items-center gap-2.5 rounded-md border border-line px-2.5 py-1 has-checked:border-accent has-checked:bg-accent-soft";

/** Which services to freeze: some by name, or everything, what comes later too. */
export function ServiceChoice({
  services,
  isEverything,
  chosen,
  isMissing,
  onEverything,
  onChosen,
}: {
  services: readonly Service[];
  isEverything: boolean;
  chosen: readonly string[];
  /** Nothing was chosen when it was sent. */
  isMissing: boolean;
  onEverything: (isEverything: boolean) => void;
  onChosen: (names: string[]) => void;
}) {
  const missing = useId();
  const turn = (name: string, isIn: boolean) =>
    onChosen(isIn ? [...chosen, name] : chosen.filter((one) => one !== name));
  return (
    <fieldset aria-describedby={isMissing ? missing : undefined}>
      <legend className="mb-1 font-medium">Whose deliveries</legend>
      <ul className="grid gap-1.5 sm:grid-cols-2">
        {services.map(({ name, title }) => (
          <li key={name} className="min-w-0">
            <label className={ROW}>
              <input
                type="checkbox"
                checked={isEverything || chosen.includes(name)}
                disabled={isEverything}
                onChange={({ target }) => turn(name, target.checked)}
                className="size-4 shrink-0 accent-(--accent)"
              />
              <span className="min-w-0 wrap-anywhere">{title}</span>
            </label>
          </li>
        ))}
        <li className="min-w-0">
          <label className={ROW}>
            <input
              type="checkbox"
              checked={isEverything}
              onChange={({ target }) => onEverything(target.checked)}
              className="size-4 shrink-0 accent-(--accent)"
            />
            <span className="font-medium">Everything</span>
          </label>
        </li>
      </ul>
      {isMissing ? (
        <p id={missing} role="alert" className="mt-1.5 font-medium">
          <span aria-hidden="true" className="me-1.5 font-bold text-warn">
            !
          </span>
          Choose at least one service, or everything.
        </p>
      ) : null}
    </fieldset>
  );
}
