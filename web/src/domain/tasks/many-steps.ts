/** One step for many tasks, with one notice of what was done and what was not. */
import { useQueryClient } from "@tanstack/react-query";
import { type Notice, notify } from "../../data/notices.ts";
import { describeError } from "../../data/query.ts";
import { type ManyDone, runMany, whyText } from "../../data/run-many.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskRow } from "../../data/tasks.ts";
import { counted } from "../../ui/count.tsx";

export function useManySteps() {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  async function each<Row extends { id: string }, T>(
    rows: readonly Row[],
    word: string,
    step: (row: Row) => Promise<T>,
  ) {
    const result = await runMany(rows, step);
    for (const area of ["tasks", "failures"]) void cache.invalidateQueries({ queryKey: [workspace.id, area] });
    return { result, notice: noticeOf(result, word) };
  }
  const retry = async <Row extends { id: string }>(rows: readonly Row[], onUndo?: () => void) => {
    const { result, notice } = await each(rows, "retried", ({ id }) => client.tasks.retry({ id }));
    const made = result.done.map(({ output }) => output);
    const reason = "The retry was undone.";
    const undo = () => {
      onUndo?.();
      return each(made, "canceled", ({ id }) => client.tasks.cancel({ id, reason }));
    };
    notify({ ...notice, detail: notice.detail ?? "Each is a new task.", ...(made.length > 0 && { undo }) });
    return result;
  };
  const assign = async (rows: readonly TaskRow[], assigned_to_agent_id: string) => {
    const { result, notice } = await each(rows, "assigned", ({ id }) =>
      client.tasks.assign({ id, assigned_to_agent_id }),
    );
    const given = result.done.map(({ item }) => item);
    const undo = () => each(given, "given back", ({ id }) => client.tasks.undo({ id }));
    notify({ ...notice, ...(given.length > 0 && { undo }) });
    return result;
  };
  const answer = async (rows: readonly TaskRow[], text: string) => {
    const { result, notice } = await each(rows, "answered", ({ id }) => client.tasks.answer({ id, answer: text }));
    const answered = result.done.map(({ item }) => item);
    const undo = () => each(answered, "waiting again", ({ id }) => client.tasks.undo({ id }));
    notify({ ...notice, ...(answered.length > 0 && { undo }) });
    return result;
  };
  const cancel = async (rows: readonly TaskRow[], reason: string | undefined) => {
    const { result, notice } = await each(rows, "canceled", ({ id }) =>
      client.tasks.cancel({ id, ...(reason !== undefined && { reason }) }),
    );
    const canceled = result.done.map(({ item }) => item);
    const again = { undo: () => retry(canceled), undoLabel: "Retry as new" };
    notify({ ...notice, ...(canceled.length > 0 && again) });
    return result;
  };
  return { answer, cancel, retry, assign };
}

function noticeOf({ done, failed }: ManyDone<unknown, unknown>, word: string): Notice {
  const title = `${counted(done.length, "task")} ${word}`;
  if (failed.length === 0) return { title };
  return {
    title: `${title}, ${failed.length} not`,
    detail: whyText(failed.map(({ error }) => describeError(error).detail)),
    isError: true,
  };
}
