/** Actions on all selected tasks at once. */
import { TASK_STEPS, type TaskStep } from "@bailiwick/sdk";
import { type ReactNode, Suspense, useState } from "react";
import type { ManyDone } from "../../data/run-many.ts";
import { useDenied } from "../../data/session.tsx";
import { startsFrom } from "../../data/steps.ts";
import { asksPerson, type TaskRow } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { BatchBar } from "../../ui/toolbar.tsx";
import { useManySteps } from "./many-steps.ts";

const AnswerMany = lazyPart(() => import("./answer-many.tsx"), "AnswerMany");
const ChooseAgent = lazyPart(() => import("../agents/choose-agent.tsx"), "ChooseAgent");

interface BatchProps {
  rows: readonly TaskRow[];
  ids: ReadonlySet<string>;
  /** The number of selected rows, where a row may have several tasks or none. */
  count?: number;
  onSelect: (ids: ReadonlySet<string>) => void;
  /** Further buttons. */
  children?: ReactNode;
}

export function TaskBatch({ rows, ids, count = ids.size, onSelect, children }: BatchProps) {
  const [dialog, setDialog] = useState<DialogName>();
  const [isBusy, setBusy] = useState(false);
  const forbidden = useDenied("tasks:write");
  const { answer, cancel, retry, assign } = useManySteps();
  const { open, asking, ended } = selectedOf(rows, ids);
  const take = async (step: () => Promise<ManyDone<TaskRow, unknown>>) => {
    setBusy(true);
    const { failed } = await step();
    setBusy(false);
    // Tasks that failed stay selected, so that the person can look at them.
    onSelect(new Set(failed.map(({ item }) => item.id)));
  };
  const hasNone = children === undefined && open.length + ended.length === 0;
  // A step that fits none of the tasks is left out.
  return (
    <BatchBar count={count} onClear={() => onSelect(new Set())}>
      {asking.length > 0 && (
        <Button size="small" look="primary" isBusy={isBusy} denied={forbidden} onClick={() => setDialog("answer")}>
          Answer{part(asking, count)}…
        </Button>
      )}
      {open.length > 0 && (
        <Button size="small" isBusy={isBusy} denied={forbidden} onClick={() => setDialog("assign")}>
          Assign{part(open, count)}…
        </Button>
      )}
      {ended.length > 0 && (
        <Button size="small" isBusy={isBusy} denied={forbidden} onClick={() => void take(() => retry(ended))}>
          Retry{part(ended, count)}
        </Button>
      )}
      {open.length > 0 && (
        <Button size="small" look="danger" isBusy={isBusy} denied={forbidden} onClick={() => setDialog("cancel")}>
          Cancel{part(open, count)}…
        </Button>
      )}
      {hasNone && <span className="px-1 text-sm text-ink-3">Completed tasks need no step.</span>}
      {children}
      <Dialogs
        open={open}
        asking={asking}
        dialog={dialog}
        onClose={() => setDialog(undefined)}
        onCancel={(reason) => take(() => cancel(open, reason))}
        onAssign={(agentId) => void take(() => assign(open, agentId))}
        onAnswer={(text) => take(() => answer(asking, text))}
      />
    </BatchBar>
  );
}

function selectedOf(rows: readonly TaskRow[], ids: ReadonlySet<string>) {
  const selected = ids.size === 0 ? [] : rows.filter(({ id }) => ids.has(id));
  const inState = (step: TaskStep) => selected.filter(({ status }) => startsFrom(TASK_STEPS[step], status));
  return {
    open: inState("cancel"),
    asking: selected.filter(asksPerson),
    // The button does not repeat completed work, which a person can retry task by task.
    ended: inState("retry").filter(({ status }) => status !== "completed"),
  };
}

type DialogName = "answer" | "cancel" | "assign";

interface DialogsProps {
  open: readonly TaskRow[];
  /** The selected tasks that ask a person something. */
  asking: readonly TaskRow[];
  dialog: DialogName | undefined;
  onClose: () => void;
  onCancel: (reason: string | undefined) => Promise<void>;
  onAssign: (agentId: string) => void;
  onAnswer: (text: string) => Promise<void>;
}

function Dialogs({ open, asking, dialog, onClose, onCancel, onAssign, onAnswer }: DialogsProps) {
  return (
    <>
      <Confirm
        title={`Cancel ${counted(open.length, "task")}?`}
        action={`Cancel ${counted(open.length, "task")}`}
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
        {dialog === "answer" && <AnswerMany tasks={asking} onAnswer={onAnswer} onClose={onClose} />}
        {dialog === "assign" && (
          <ChooseAgent
            title={`Assign ${counted(open.length, "task")} to`}
            id={undefined}
            onChoose={onAssign}
            onClose={onClose}
          />
        )}
      </Suspense>
    </>
  );
}

/** Returns the number of affected tasks, when it is not that of the selected rows. */
const part = (some: readonly TaskRow[], count: number): string => (some.length === count ? "" : ` ${some.length}`);
