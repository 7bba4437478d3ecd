import { ScrollBox } from "@/components/ui/scroll-box";
import type { ReadinessRow } from "@/lib/contracts/recovery";
import { ReadinessState } from "./readiness-state";
import { COLUMN_NAMES, COLUMNS } from "./readiness-words";

/** All services against all columns at a glance; a name leads to the sentences below. */
export function ReadinessMatrix({ rows }: { rows: readonly ReadinessRow[] }) {
  return (
    <ScrollBox label="Readiness of every service">
      <table className="grid-table">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {COLUMN_NAMES.map((name) => (
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
              {COLUMN_NAMES.map((name) => (
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
