/** Puts rows of the inbox away until a time, and brings them back. */
import type { Snooze } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { runMany } from "../../data/run-many.ts";
import { useSession } from "../../data/session.tsx";
import { clockText } from "../../ui/time.tsx";
import type { InboxItem } from "./items.ts";

type Row = Omit<Snooze, "until">;
interface Put {
  rows: readonly Row[];
  until: string;
}

/** Returns the rows as the server keeps them. Only tasks and messages can be put away. */
export function rowsOf(item: InboxItem): readonly Row[] {
  if ("tasks" in item) return item.tasks.map(({ id }) => ({ kind: "task", id }));
  const [kind, id = ""] = item.id.split(":");
  return kind === "task" || kind === "message" ? [{ kind, id }] : [];
}

export function useSnooze() {
  const { client } = useSession();
  const putAway = useCommand({
    async send(sdk, { rows, until }: Put) {
      const { done, failed } = await runMany(rows, (row) => sdk.snoozes.create({ ...row, until }));
      const [first] = failed;
      if (first && done.length === 0) throw first.error;
      return { rows: done.map(({ item }) => item), failed: failed.length };
    },
    changes: ["snoozes"],
    done: ({ rows, failed }, { until }) =>
      `${rows.length === 1 ? "Put away" : `${rows.length} rows put away`} until ${clockText(until)}${failed > 0 ? `, ${failed} not` : ""}`,
    undo:
      ({ rows }) =>
      () =>
        runMany(rows, (row) => client.snoozes.delete(row)),
  });
  const bringBack = useCommand({
    async send(sdk, { rows }: Put) {
      const { failed } = await runMany(rows, (row) => sdk.snoozes.delete(row));
      const [first] = failed;
      if (first) throw first.error;
    },
    changes: ["snoozes"],
    done: "Back in the inbox",
    undo:
      (_, { rows, until }) =>
      () =>
        runMany(rows, (row) => client.snoozes.create({ ...row, until })),
  });
  return { putAway, bringBack };
}
