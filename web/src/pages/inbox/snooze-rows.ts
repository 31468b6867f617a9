/** The rows of the inbox that can be put away. Pure. */
import type { Snooze } from "@bailiwick/sdk";
import type { InboxItem } from "./items.ts";

export type SnoozeRow = Omit<Snooze, "until">;

/** Returns the rows as the server keeps them. Only tasks and messages can be put away. */
export function rowsOf(item: InboxItem): readonly SnoozeRow[] {
  if ("tasks" in item) return item.tasks.map(({ id }) => ({ kind: "task", id }));
  const [kind, id = ""] = item.id.split(":");
  return kind === "task" || kind === "message" ? [{ kind, id }] : [];
}
