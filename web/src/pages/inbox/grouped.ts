/** Groups the items of the inbox by their cause, and parts them by time. Pure. */
import type { TaskRow } from "../../data/tasks.ts";
import type { AskingItem, InboxItem } from "./items.ts";

/** Tasks with one question, or that failed for one reason, are one row, at the place of the first one. */
export function groupedByCause(
  items: readonly InboxItem[],
  causeOf: (item: InboxItem) => string | undefined = causeOfItem,
): InboxItem[] {
  const groups = new Map<string, AskingItem[]>();
  for (const item of items) {
    const cause = causeOf(item);
    if (cause !== undefined && isAsking(item)) groups.set(cause, [...(groups.get(cause) ?? []), item]);
  }
  return items.flatMap((item): InboxItem[] => {
    const group = groups.get(causeOf(item) ?? "");
    const [first] = group ?? [];
    if (!group || !first || group.length < 2) return [item];
    if (first !== item) return [];
    const { id, kind, at, task } = first;
    return [
      { id: `alike:${id}`, kind: "alike", of: kind, at, text: textOf(task), tasks: group.map((one) => one.task) },
    ];
  });
}

const isAsking = (item: InboxItem): item is AskingItem =>
  item.kind === "blocked" || item.kind === "escalation" || item.kind === "failed";

const textOf = ({ failed_reason, blocked_reason }: TaskRow): string => failed_reason ?? blocked_reason?.reason ?? "";

/** A task with a time of its own has a row of its own. */
function causeOfItem(item: InboxItem): string | undefined {
  if (!isAsking(item) || item.task.due_at !== null || textOf(item.task).trim() === "") return undefined;
  return JSON.stringify([item.kind, textOf(item.task), item.task.blocked_reason?.options ?? []]);
}

/** Parts the items of the inbox from those that the person put away, which are sorted by their time. */
export function partedBy(items: readonly InboxItem[], untilOf: ReadonlyMap<string, string>) {
  const isAway = ({ id }: InboxItem) => untilOf.has(id);
  const timeOf = ({ id }: InboxItem) => untilOf.get(id) ?? "";
  const away = items.filter(isAway).toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : 1));
  const untilAndCause = (item: InboxItem) => {
    const cause = causeOfItem(item);
    return cause && `${timeOf(item)} ${cause}`;
  };
  return { rows: groupedByCause(items.filter((item) => !isAway(item))), snoozed: groupedByCause(away, untilAndCause) };
}

/** Returns the time until which the item is away. The tasks of a cause have one time. */
export function untilOfItem(item: InboxItem, untilOf: ReadonlyMap<string, string>): string | undefined {
  return untilOf.get("tasks" in item ? `task:${item.tasks[0]?.id}` : item.id);
}
