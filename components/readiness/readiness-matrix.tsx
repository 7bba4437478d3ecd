import { ScrollBox } from "@/components/ui/scroll-box";
import type { ReadinessColumn, ReadinessRow } from "@/lib/contracts/recovery";
import { ReadinessState } from "./readiness-state";
import { COLUMNS } from "./readiness-words";

/** All services against some columns at a glance; a name leads to the sentences below. */
export function ReadinessMatrix({
  rows,
  label,
  names,
}: {
  rows: readonly ReadinessRow[];
  label: string;
  names: readonly ReadinessColumn[];
}) {
  return (
    <ScrollBox label={label}>
      <table className="grid-table">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {names.map((name) => (
              <th key={name} scope="col" className="px-2!">
                {COLUMNS[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.service}>
              <th scope="row" className="whitespace-nowrap">
                <a
                  href={`#service-${row.service}`}
                  className="font-medium underline decoration-edge underline-offset-2"
                >
                  {row.title}
                </a>
              </th>
              {names.map((name) => (
                <td key={name} className="px-2!">
                  <ReadinessState state={row.cells[name].state} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
