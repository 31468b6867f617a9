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
  onSelect: (ids: ReadonlySet<string>) => void;
  /** Further buttons. */
  children?: ReactNode;
}

export function TaskBatch({ rows, ids, onSelect, children }: BatchProps) {
  const [dialog, setDialog] = useState<DialogName>();
  const [isBusy, setBusy] = useState(false);
  const forbidden = useDenied("tasks:write");
  const { answer, cancel, retry, assign } = useManySteps();
  const { selected, open, asking, ended } = selectedOf(rows, ids);
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
      {asking.length > 0 && (
        <Button size="small" look="primary" isBusy={isBusy} denied={forbidden} onClick={() => setDialog("answer")}>
          Answer{part(asking, selected)}…
        </Button>
      )}
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
    selected,
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

/** Returns the number of affected tasks, when it is not all selected ones. */
const part = (some: readonly TaskRow[], all: readonly TaskRow[]): string =>
  some.length > 0 && some.length < all.length ? ` ${some.length}` : "";
