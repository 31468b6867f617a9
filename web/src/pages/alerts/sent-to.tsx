/** The channels that carry the alerts of all rules, in one sentence. */
import type { Channel } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { KIND_WORDS } from "./channel-words.ts";

const SHOWN_MAX = 3;

export function SentTo() {
  const { permissions } = useSession();
  const list = useList({
    key: ["channels", "list"],
    page: (client, at, call) => client.channels.list(at, call),
    idOf: ({ id }) => id,
    enabled: permissions.has("webhooks:read"),
  });
  if (!permissions.has("webhooks:read") || list.isLoading || list.error) return null;
  const channels = list.rows.filter((channel) => channel.is_enabled && channel.for.includes("alerts"));
  if (channels.length === 0) {
    return (
      <p className="text-sm text-blocked">
        No channel carries alerts, so they are in the inbox only.{" "}
        <Link to="/alerts" search={{ tab: "channels", create: "yes" }} className={MORE}>
          Add a channel
        </Link>
      </p>
    );
  }
  return (
    <p className="text-sm text-ink-2">
      Alerts of every rule are in the inbox, and go to{" "}
      {channels.slice(0, SHOWN_MAX).map((channel, at) => (
        <span key={channel.id}>
          {at > 0 && ", "}
          <Named of={channel} />
        </span>
      ))}
      {channels.length > SHOWN_MAX && ` and ${channels.length - SHOWN_MAX} more`}.{" "}
      <Link to="/alerts" search={{ tab: "channels" }} className={MORE}>
        Channels
      </Link>
    </p>
  );
}

const MORE = "font-medium whitespace-nowrap text-accent-ink hover:underline";

function Named({ of: { name, kind } }: { of: Channel }) {
  return (
    <>
      <AgentLine text={name} className="font-medium text-ink" /> ({KIND_WORDS[kind]})
    </>
  );
}
