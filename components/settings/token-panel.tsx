"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { Time } from "@/components/clock/time";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { accountApi, tokens as tokensQuery } from "@/lib/browser/account-api";
import type { ApiToken } from "@/lib/contracts/api-token";
import type { Role } from "@/lib/contracts/role";

function MakeToken() {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("responder");
  const make = useMutation({
    mutationFn: () => accountApi.createToken({ name: name.trim(), role }),
    onSuccess: () => {
      announce("Token made. It is shown once.");
      setName("");
      void client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2.5 border-t border-line p-3.5">
      <div className="flex flex-wrap items-end gap-2.5">
        <label className="flex min-w-0 flex-col gap-1 text-meta text-ink-2">
          Name of the script
          <input
            required
            maxLength={100}
            value={name}
            placeholder="alertmanager"
            onChange={(event) => setName(event.target.value)}
            className="field text-body"
          />
        </label>
        <label className="flex flex-col gap-1 text-meta text-ink-2">
          Role
          <select
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
            className="field text-body"
          >
            <option value="viewer">viewer: reads</option>
            <option value="responder">responder: declares and acts</option>
            <option value="admin">admin: also configures</option>
          </select>
        </label>
        <Button type="submit" disabled={make.isPending}>
          Make token
        </Button>
      </div>
      {make.isError ? <ProblemNotice error={make.error} className="px-0" /> : null}
      {make.data ? (
        <div className="flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-3 py-2">
          <span>Copy it now; it can't be shown again.</span>
          <code className="min-w-0 break-all">{make.data.token}</code>
          <CopyButton text={() => make.data.token} said="Token copied.">
            Copy
          </CopyButton>
        </div>
      ) : null}
    </form>
  );
}

function TokenRow({ token }: { token: ApiToken }) {
  const client = useQueryClient();
  const [isArmed, setArmed] = useState(false);
  const revoke = useMutation({
    mutationFn: () => accountApi.revokeToken(token.id),
    onSuccess: () => announce(`Token ${token.name} revoked.`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  return (
    <tr>
      <th scope="row" className="font-medium">
        {token.name}
      </th>
      <td>{token.role}</td>
      <td className="text-ink-2">
        <Time at={token.createdAt} /> by {token.createdBy}
      </td>
      <td className="text-ink-2">
        {token.lastUsedAt ? <Time at={token.lastUsedAt} /> : "never used"}
      </td>
      <td className="text-end">
        {token.revokedAt ? (
          <span className="text-ink-3">revoked</span>
        ) : (
          <Button
            size="small"
            disabled={revoke.isPending}
            onBlur={() => setArmed(false)}
            onClick={(event) => {
              if (event.detail > 1) return;
              if (isArmed) revoke.mutate();
              else setArmed(true);
            }}
          >
            {isArmed ? `Confirm: revoke ${token.name}` : "Revoke"}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** Tokens that scripts present; made and revoked by admins. */
export function TokenPanel() {
  const tokens = useQuery(tokensQuery);
  return (
    <Panel title="API tokens" aside="for scripts and alerts">
      {tokens.isPending ? <Skeleton rows={2} label="Reading tokens" /> : null}
      {tokens.isError && !tokens.data ? (
        <ProblemNotice error={tokens.error} retry={() => void tokens.refetch()} />
      ) : null}
      {tokens.data?.length === 0 ? (
        <Empty title="No token yet.">
          With one, a script or Alertmanager can declare an incident.
        </Empty>
      ) : null}
      {tokens.data && tokens.data.length > 0 ? (
        <section aria-label="Table of API tokens" className="relative overflow-x-auto scroll-cue">
          <table className="grid-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">Made (UTC)</th>
                <th scope="col">Last used (UTC)</th>
                <th scope="col">
                  <span className="sr-only">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.data.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
      <MakeToken />
    </Panel>
  );
}
