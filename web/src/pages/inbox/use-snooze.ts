/** Puts rows of the inbox away until a time, and brings them back. */
import { useCommand } from "../../data/command.ts";
import { runMany } from "../../data/run-many.ts";
import { useSession } from "../../data/session.tsx";
import { clockText } from "../../ui/time.tsx";
import type { SnoozeRow } from "./snooze-rows.ts";

interface Put {
  rows: readonly SnoozeRow[];
  until: string;
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
