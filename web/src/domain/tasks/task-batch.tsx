/** Actions on all selected tasks at once. */
import { TASK_STEPS, type TaskStep } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { type Notice, notify } from "../../data/notices.ts";
import { describeError } from "../../data/query.ts";
import { type ManyDone, runMany, whyText } from "../../data/run-many.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { startsFrom } from "../../data/steps.ts";
import type { TaskRow } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { BatchBar } from "../../ui/toolbar.tsx";

const ChooseAgent = lazyPart(() => import("../agents/choose-agent.tsx"), "ChooseAgent");

interface BatchProps {
  rows: readonly TaskRow[];
  ids: ReadonlySet<string>;
  onSelect: (ids: ReadonlySet<string>) => void;
}

export function TaskBatch({ rows, ids, onSelect }: BatchProps) {
  const [dialog, setDialog] = useState<"cancel" | "assign">();
  const [isBusy, setBusy] = useState(false);
  const forbidden = useDenied("tasks:write");
  const { cancel, retry, assign } = useSteps();
  const selected = ids.size === 0 ? [] : rows.filter(({ id }) => ids.has(id));
  const inState = (step: TaskStep) => selected.filter(({ status }) => startsFrom(TASK_STEPS[step], status));
  const open = inState("cancel");
  // The button does not repeat completed work, which a person can retry task by task.
  const ended = inState("retry").filter(({ status }) => status !== "completed");
  const take = async (step: () => Promise<ManyDone<TaskRow, unknown>>) => {
    setBusy(true);
    const { failed } = await step();
    setBusy(false);
    // Tasks that failed stay selected, so that the person can look at them.
    onSelect(new Set(failed.map(({ item }) => item.id)));
  };
  const noneOpen = open.length === 0 ? "None of these tasks is open." : undefined;
  const noneEnded = ended.length === 0 ? "None of these tasks failed or was canceled." : undefined;
  return (
    <BatchBar count={ids.size} onClear={() => onSelect(new Set())}>
      <Button size="small" isBusy={isBusy} denied={forbidden ?? noneOpen} onClick={() => setDialog("assign")}>
        Assign{part(open, selected)}…
      </Button>
      <Button
        size="small"
        isBusy={isBusy}
        denied={forbidden ?? noneEnded}
        onClick={() => void take(() => retry(ended))}
      >
        Retry{part(ended, selected)}
      </Button>
      <Button
        size="small"
        look="danger"
        isBusy={isBusy}
        denied={forbidden ?? noneOpen}
        onClick={() => setDialog("cancel")}
      >
        Cancel{part(open, selected)}…
      </Button>
      <Dialogs
        open={open}
        dialog={dialog}
        onClose={() => setDialog(undefined)}
        onCancel={(reason) => take(() => cancel(open, reason))}
        onAssign={(agentId) => void take(() => assign(open, agentId))}
      />
    </BatchBar>
  );
}

interface DialogsProps {
  open: readonly TaskRow[];
  dialog: "cancel" | "assign" | undefined;
  onClose: () => void;
  onCancel: (reason: string | undefined) => Promise<void>;
  onAssign: (agentId: string) => void;
}

function Dialogs({ open, dialog, onClose, onCancel, onAssign }: DialogsProps) {
  return (
    <>
      <Confirm
        title={`Cancel ${tasksText(open.length)}?`}
        action={`Cancel ${tasksText(open.length)}`}
        isOpen={dialog === "cancel"}
        onClose={onClose}
        reason="optional"
        isDangerous
        onConfirm={async (reason) => {
          await onCancel(reason);
          return true;
        }}
      >
        Their open subtasks are canceled too. A canceled task stays canceled; a retry creates a new task.
      </Confirm>
      <Suspense>
        {dialog === "assign" && (
          <ChooseAgent
            title={`Assign ${tasksText(open.length)} to`}
            id={undefined}
            onChoose={onAssign}
            onClose={onClose}
          />
        )}
      </Suspense>
    </>
  );
}

const tasksText = (count: number): string => (count === 1 ? "1 task" : `${count} tasks`);

/** Returns the number of affected tasks, when it is not all selected ones. */
const part = (some: readonly TaskRow[], all: readonly TaskRow[]): string =>
  some.length > 0 && some.length < all.length ? ` ${some.length}` : "";

function useSteps() {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  async function each(rows: readonly TaskRow[], word: string, step: (row: TaskRow) => Promise<unknown>) {
    const result = await runMany(rows, step);
    void cache.invalidateQueries({ queryKey: [workspace.id, "tasks"] });
    return { result, notice: noticeOf(result, word) };
  }
  const retry = async (rows: readonly TaskRow[]) => {
    const { result, notice } = await each(rows, "retried", ({ id }) => client.tasks.retry({ id }));
    notify({ ...notice, detail: notice.detail ?? "Each is a new task." });
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
  const cancel = async (rows: readonly TaskRow[], reason: string | undefined) => {
    const { result, notice } = await each(rows, "canceled", ({ id }) =>
      client.tasks.cancel({ id, ...(reason !== undefined && { reason }) }),
    );
    const canceled = result.done.map(({ item }) => item);
    const again = { undo: () => retry(canceled), undoLabel: "Retry as new" };
    notify({ ...notice, ...(canceled.length > 0 && again) });
    return result;
  };
  return { cancel, retry, assign };
}

function noticeOf({ done, failed }: ManyDone<TaskRow, unknown>, word: string): Notice {
  const title = `${tasksText(done.length)} ${word}`;
  if (failed.length === 0) return { title };
  return {
    title: `${title}, ${failed.length} not`,
    detail: whyText(failed.map(({ error }) => describeError(error).detail)),
    isError: true,
  };
}
