/** What the tier has room for; red, and with the reason, when it is full. */
import { Tip } from "../../ui/tip.tsx";
import type { Room } from "./agent-data.ts";

export function RoomUsed({ room }: { room: Room | undefined }) {
  if (!room) return null;
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
