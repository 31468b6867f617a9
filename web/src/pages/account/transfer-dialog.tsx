/** Transfers a workspace to another member. */
import { type BailiwickError, createClient, type Workspace } from "@bailiwick/sdk";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { describeError } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Select } from "../../ui/field.tsx";
import { useRefreshMe } from "./own.ts";

const NAME_SHOWN_MAX = 60;

/** Larger workspaces are transferred with the API. */
const MEMBERS_MAX = 200;

export function TransferDialog({ workspace: { id, name }, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { user } = useSession();
  const refreshMe = useRefreshMe();
  const [receiver, setReceiver] = useState("");
  const { data, error: unread } = useQuery({
    queryKey: [id, "members", "names"],
    queryFn: ({ signal }) =>
      createClient({ url: "", workspace: id }).members.list({ id, limit: MEMBERS_MAX }, { signal }),
  });
  const { run, error } = useCommand({
    send: (_client, user_id: string) => createClient({ url: "", workspace: id }).workspaces.transfer({ id, user_id }),
    changes: ["workspaces", "members"],
    done: (member) => `${member.name ?? member.email} owns ${name.slice(0, NAME_SHOWN_MAX)}`,
    isQuiet: true,
  });
  const others = (data?.items ?? []).filter(({ user_id }) => user_id !== user.id);
  const transfer = async () => {
    if (!(await run(receiver))) return false;
    await refreshMe();
    return true;
  };
  return (
    <Confirm
      title="Transfer the workspace?"
      action="Transfer"
      isDangerous
      isOpen
      onClose={onClose}
      onConfirm={transfer}
      denied={whyNot(receiver, data && others.length)}
    >
      <p className="mb-3">
        <bdi className="font-medium break-words text-ink">{name}</bdi> gets a new owner, and you stay a member as an
        admin. Only the new owner can transfer it back.
      </p>
      <Select
        label="New owner"
        value={receiver}
        empty="Choose…"
        options={others.map((one) => ({
          value: one.user_id,
          label: one.name ? `${one.name} (${one.email})` : one.email,
        }))}
        onChange={setReceiver}
        hint={data && others.length === 0 ? "Nobody else is a member. Invite a person first." : undefined}
        error={unread ? describeError(unread).detail : undefined}
      />
      <Fault error={error} />
    </Confirm>
  );
}

function Fault({ error }: { error: BailiwickError | undefined }) {
  if (!error) return null;
  return (
    <p role="alert" className="mt-3 rounded bg-failed-soft px-3 py-2 text-sm break-words text-failed">
      {describeError(error).detail}
    </p>
  );
}

function whyNot(receiver: string, others: number | undefined): string | undefined {
  if (others === 0) return "Nobody else is a member.";
  return receiver === "" ? "Choose the new owner first." : undefined;
}
