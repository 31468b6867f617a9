/** The use of the tier: how many agents or keys the workspace has, and how many it may have. */
import { TriangleAlert } from "lucide-react";
import { useRead } from "../data/query.ts";
import { counted } from "../ui/count.tsx";
import { Tip } from "../ui/tip.tsx";
import { isUnlimited } from "./tier-words.ts";

export interface Room {
  used: number;
  limit: number;
  /** The reason why no more can be created; undefined while there is room. */
  full: string | undefined;
}

const COUNTED = {
  agents: { used: "agents", limit: "agent_limit", noun: "agent", way: "Archive agents" },
  keys: { used: "api_keys", limit: "max_api_keys", noun: "key", way: "Revoke keys" },
  alert_rules: { used: "alert_rules", limit: "alert_rule_limit", noun: "alert rule", way: "Delete alert rules" },
} as const;

export function useRoom(of: keyof typeof COUNTED): Room | undefined {
  const { data } = useRead(["tiers", "get"], (client, call) => client.tiers.get({}, call));
  if (!data) return undefined;
  const { usage, limits, tier_name } = data;
  const { noun, way, ...names } = COUNTED[of];
  const [used, limit] = [usage[names.used], limits[names.limit]];
  const full = `The ${tier_name} tier allows ${counted(limit, noun)}, and the workspace has ${used.toLocaleString("en-US")}. ${way}, or ask the operator of this server for a larger tier.`;
  return { used, limit, full: used >= limit && !isUnlimited(limit) ? full : undefined };
}

/** The count in the head of a list; red and with the reason when the tier is full. */
export function RoomUsed({ room }: { room: Room | undefined }) {
  if (!room) return null;
  if (isUnlimited(room.limit)) return null;
  const text = `${room.used.toLocaleString("en-US")} of ${room.limit.toLocaleString("en-US")}`;
  if (!room.full) return <span className="text-sm text-ink-3 tabular-nums">{text}</span>;
  return (
    <Tip text={room.full}>
      <span tabIndex={0} className="rounded-full bg-failed-soft px-2 text-sm font-medium text-failed tabular-nums">
        {text}, full
      </span>
    </Tip>
  );
}

/** A warning above a form that cannot be sent, shown before the person types. */
export function NoRoom({ why }: { why: string | undefined }) {
  if (why === undefined) return null;
  return (
    <p role="alert" className="mb-4 flex gap-2 rounded bg-failed-soft px-3 py-2 text-sm text-failed">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {why}
    </p>
  );
}
