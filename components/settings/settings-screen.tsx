"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMayAct } from "@/components/lever/use-may-act";
import { SourceTable } from "@/components/source/source-table";
import { Empty } from "@/components/ui/empty";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { ScrollBox } from "@/components/ui/scroll-box";
import { queries } from "@/lib/browser/queries";
import { TokenPanel } from "./token-panel";

const mayDo = {
  viewer: "You can read everything here.",
  responder: "You can declare incidents, write notes and pull levers.",
  admin: "You can act, and manage API tokens.",
} as const;

function Services() {
  const services = useQuery(queries.services());
  return (
    <Panel title="Services" aside="where each one's definition comes from">
      {services.data?.length === 0 ? (
        <Empty title="No service yet.">
          Define one in <code>known-good.yaml</code>, or annotate a Deployment.
        </Empty>
      ) : null}
      <ScrollBox label="Table of services">
        <table className="grid-table min-w-[44rem]">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Defined by</th>
              <th scope="col">Deployments</th>
              <th scope="col">Repository</th>
              <th scope="col">Flags</th>
              <th scope="col">Signal</th>
            </tr>
          </thead>
          <tbody>
            {services.data?.map((service) => (
              <tr key={service.name}>
                <th scope="row" className="font-medium">
                  <Link
                    href={`/services/${encodeURIComponent(service.name)}`}
                    className="underline decoration-line underline-offset-2"
                  >
                    {service.name}
                  </Link>
                </th>
                <td>{service.origin === "file" ? "the file" : "annotations"}</td>
                <td>
                  {service.deployments.map((each) => `${each.namespace}/${each.name}`).join(", ")}
                </td>
                <td>{service.repository?.name ?? "none"}</td>
                <td>
                  {service.flags
                    ? `${service.flags.project}, ${service.flags.environment}`
                    : "none"}
                </td>
                <td>{service.signal?.title ?? "none"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </Panel>
  );
}

/** Who you are, what is connected, which tokens there are. */
export function SettingsScreen() {
  const session = useQuery(queries.session());
  const { isAdmin } = useMayAct();
  return (
    <>
      <PageHead title="Settings" />
      <Panel title="You">
        <p className="px-3.5 py-3">
          {session.data ? (
            <>
              <b className="font-semibold">{session.data.name}</b>, {session.data.role}.{" "}
              <span className="text-ink-2">{mayDo[session.data.role]}</span>
            </>
          ) : (
            <span className="text-ink-2">Not known yet.</span>
          )}
        </p>
      </Panel>
      <SourceTable />
      <Services />
      {isAdmin ? (
        <TokenPanel />
      ) : (
        <p className="px-1 text-ink-2">API tokens are made and revoked by admins.</p>
      )}
      <Panel title="Connect more">
        <div className="flex max-w-prose flex-col gap-1.5 px-3.5 py-3 text-ink-2">
          <p>
            Sources and services are listed in <code>known-good.yaml</code>, or in the file named by{" "}
            <code>KNOWN_GOOD_CONFIG</code>; secrets come from the environment only. A service can
            also be discovered from annotations on its Deployment.
          </p>
          <p>
            The folder <code>docs/</code> beside the program says how, source by source, with the
            few permissions each one needs.
          </p>
        </div>
      </Panel>
    </>
  );
}
