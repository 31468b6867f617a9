/** The channels that carry notices to people. */
import type { Channel } from "@bailiwick/sdk";
import { Ellipsis, Send } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { NewSecret } from "../../domain/outbox/new-secret.tsx";
import { disabledText, LastError, ReceiverState } from "../../domain/outbox/receiver-state.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { KIND_WORDS, purposesText } from "./channel-words.ts";
import { NamedLines } from "./named-lines.tsx";

const ChannelForm = lazyPart(() => import("./channel-form.tsx"), "ChannelForm");

interface ChannelsProps {
  isOpen: boolean;
  onClose: () => void;
  onCreate: () => void;
  denied: string | undefined;
}

export function Channels({ isOpen, onClose, onCreate, denied }: ChannelsProps) {
  const [edited, setEdited] = useState<Channel>();
  const [deleted, setDeleted] = useState<Channel>();
  const [secret, setSecret] = useState<string>();
  const list = useList({
    key: ["channels", "list"],
    page: (client, at, call) => client.channels.list(at, call),
    idOf: ({ id }) => id,
  });
  const menu = (channel: Channel) => (
    <ChannelMenu of={channel} onEdit={() => setEdited(channel)} onDelete={() => setDeleted(channel)} />
  );
  return (
    <>
      <Table<Channel>
        label="Channels"
        list={list}
        columns={columnsOf(menu)}
        idOf={({ id }) => id}
        nameOf={({ name }) => name}
        rowPx={60}
        phone={(channel) => (
          <div className="flex items-center gap-2">
            <NamedLines name={channel.name} state={<ReceiverState of={channel} />} text={purposesText(channel)} />
            {menu(channel)}
          </div>
        )}
        empty={<NoChannels denied={denied} onCreate={onCreate} />}
        foot="A channel for alerts gets the alerts of every rule, one for approvals what agents ask, and one for tasks what waits for a person, failed for good or is overdue."
      />
      <Suspense>
        {isOpen && (
          <ChannelForm
            onClose={onClose}
            onCreated={(created) => {
              onClose();
              setSecret(created.secret);
            }}
          />
        )}
        {edited && <ChannelForm of={edited} onClose={() => setEdited(undefined)} />}
      </Suspense>
      {deleted && <DeleteChannel of={deleted} onClose={() => setDeleted(undefined)} />}
      {secret !== undefined && <NewSecret secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}

function DeleteChannel({ of: { id }, onClose }: { of: Channel; onClose: () => void }) {
  const { run } = useCommand({
    send: ({ channels }) => channels.delete({ id }),
    changes: ["channels"],
    done: "Channel deleted",
  });
  return (
    <Confirm
      title="Delete this channel?"
      action="Delete"
      isDangerous
      isOpen
      onClose={onClose}
      onConfirm={async () => (await run(undefined)) !== undefined}
    >
      Nothing more is sent to it, also what waits.
    </Confirm>
  );
}

function NoChannels({ denied, onCreate }: { denied: string | undefined; onCreate: () => void }) {
  return (
    <Empty
      title="No channels yet. A channel sends notices to people by email, to Slack or to a webhook."
      icon={<Send className="size-6" strokeWidth={1.5} />}
    >
      <Button look="primary" denied={denied} onClick={onCreate}>
        Create a channel
      </Button>
    </Empty>
  );
}

function columnsOf(menu: (channel: Channel) => ReactNode): readonly Column<Channel>[] {
  return [
    {
      id: "name",
      header: "Name",
      width: "minmax(200px,1.2fr)",
      cell: ({ name, kind, target }) => (
        <span className="flex flex-col items-start *:max-w-full">
          <AgentLine text={name} className="truncate font-medium" />
          <span className="truncate text-sm text-ink-3">
            {KIND_WORDS[kind]} · <AgentLine text={target} />
          </span>
        </span>
      ),
    },
    {
      id: "for",
      header: "For",
      width: "minmax(140px,0.8fr)",
      cell: (channel) => <span className="text-ink-2">{purposesText(channel)}</span>,
    },
    { id: "state", header: "State", width: "minmax(160px,1.2fr)", cell: (channel) => <ChannelState of={channel} /> },
    {
      id: "pending",
      header: "Waiting",
      width: "72px",
      isRight: true,
      cell: ({ pending }) => <Count value={pending} />,
    },
    {
      id: "delivered",
      header: "Delivered",
      width: "88px",
      isRight: true,
      cell: ({ last_delivered_at }) => (
        <span className="text-sm text-ink-2">
          <Time at={last_delivered_at} empty="never" />
        </span>
      ),
    },
    { id: "menu", header: "Actions", isHeaderHidden: true, width: "32px", cell: menu },
  ];
}

function ChannelState({ of: channel }: { of: Channel }) {
  const why = disabledText(channel);
  return (
    <span className="flex min-w-0 flex-col items-start *:max-w-full">
      <ReceiverState of={channel} />
      {why === undefined ? <LastError of={channel} /> : <span className="truncate text-sm text-ink-2">{why}</span>}
    </span>
  );
}

interface MenuProps {
  of: Channel;
  onEdit: () => void;
  onDelete: () => void;
}

function ChannelMenu({ of: { id, name, is_enabled }, onEdit, onDelete }: MenuProps) {
  const denied = useDenied("webhooks:write");
  const test = useCommand({
    send: ({ channels }) => channels.sendTest({ id }),
    changes: ["channels"],
    done: "Test sent",
  });
  const toggle = useCommand({
    send: ({ channels }) => channels.update({ id, is_enabled: !is_enabled }),
    changes: ["channels"],
    done: "Channel changed",
  });
  const off = is_enabled ? undefined : "Turn the channel on first.";
  return (
    <span className="relative z-1 inline-flex">
      <Menu
        trigger={
          <Button size="icon" look="quiet" label={`Actions for the channel ${name.slice(0, 60)}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          { label: "Send a test", denied: denied ?? off, onSelect: () => void test.run(undefined) },
          { label: "Change…", denied, onSelect: onEdit },
          { label: is_enabled ? "Turn off" : "Turn on", denied, onSelect: () => void toggle.run(undefined) },
          "line",
          { label: "Delete…", denied, isDangerous: true, onSelect: onDelete },
        ]}
      />
    </span>
  );
}
