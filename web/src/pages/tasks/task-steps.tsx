/** The steps of a task. The server lists the allowed steps, and the reasons why others are not allowed. */
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";
import type { DirectStep, FormStep } from "../../domain/tasks/step-dialog.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";

const StepDialog = lazyPart(() => import("../../domain/tasks/step-dialog.tsx"), "StepDialog");

type Step = DirectStep | FormStep;

interface StepButton {
  label: string;
  keys?: string;
  isDangerous?: boolean;
}

/**
 * In the order in which they are offered; the menu holds the steps beyond the first ones. A step of the server without
 * a button does not compile.
 */
const BUTTONS: Readonly<Record<Step, StepButton>> = {
  complete: { label: "Complete…" },
  retry: { label: "Retry", keys: "r" },
  assign: { label: "Assign…", keys: "a" },
  escalate: { label: "Escalate…", keys: "e" },
  start: { label: "Start" },
  block: { label: "Block…" },
  fail: { label: "Fail…", isDangerous: true },
  cancel: { label: "Cancel…", isDangerous: true },
};
const SHOWN_MAX = 3;

export function TaskSteps({ task }: { task: TaskDetail }) {
  const [dialog, setDialog] = useState<Step>();
  const { take, isRunning } = useDirectSteps(task);
  const forbidden = useDenied("tasks:write");
  // The keys of BUTTONS are the steps.
  const steps = (Object.keys(BUTTONS) as Step[]).flatMap((step) => {
    const allowed = task.allowed_steps.find((one) => one.step === step);
    if (!allowed) return [];
    return [
      { step, ...BUTTONS[step], denied: forbidden ?? (allowed.allowed ? undefined : (allowed.reason ?? "Not now.")) },
    ];
  });
  const run = (step: Step) => (step === "start" || step === "retry" ? void take(step) : setDialog(step));
  useHotkeys(
    steps.map(({ step, label, keys, denied }) => ({
      keys,
      label: `${label.replace("…", "")} this task`,
      denied,
      run: () => run(step),
    })),
  );
  const close = () => setDialog(undefined);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <StepButtons steps={steps} isBusy={isRunning} onTake={run} />
      <CancelTask task={task} isOpen={dialog === "cancel"} onClose={close} />
      <Suspense>
        {dialog !== undefined && dialog !== "cancel" && dialog !== "start" && dialog !== "retry" && (
          <StepDialog task={task} step={dialog} onClose={close} />
        )}
      </Suspense>
    </div>
  );
}

interface ButtonsProps {
  steps: readonly (StepButton & { step: Step; denied: string | undefined })[];
  isBusy: boolean;
  onTake: (step: Step) => void;
}

function StepButtons({ steps, isBusy, onTake }: ButtonsProps) {
  const allowed = steps.filter(({ denied }) => denied === undefined);
  const shown = (allowed.length > 0 ? allowed : steps).slice(0, SHOWN_MAX);
  const rest = steps.filter((step) => !shown.includes(step));
  return (
    <>
      {shown.map(({ step, label, keys, denied, isDangerous }) => (
        <Button
          key={step}
          size="small"
          look={isDangerous ? "danger" : "plain"}
          keys={keys}
          denied={denied}
          isBusy={isBusy}
          onClick={() => onTake(step)}
        >
          {label}
        </Button>
      ))}
      <Menu
        trigger={
          <Button size="small" look="quiet" label="More steps">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={rest.map(({ step, label, denied, isDangerous = false }) => ({
          label,
          denied,
          isDangerous,
          onSelect: () => onTake(step),
        }))}
      />
    </>
  );
}

/** The steps that need no input. */
function useDirectSteps({ id }: TaskDetail) {
  const navigate = useNavigate();
  const start = useCommand({
    send: (client) => client.tasks.start({ id }),
    changes: ["tasks"],
    done: "Started. You hold the task until you end it.",
  });
  const retry = useCommand({
    send: (client) => client.tasks.retry({ id }),
    changes: ["tasks"],
    done: "Queued as a new task",
  });
  async function take(step: "start" | "retry"): Promise<void> {
    if (step === "start") {
      await start.run({});
      return;
    }
    const made = await retry.run({});
    if (made) void navigate({ to: "/tasks/$id", params: { id: made.id } });
  }
  return { take, isRunning: start.isRunning || retry.isRunning };
}

function CancelTask({ task, isOpen, onClose }: { task: TaskDetail; isOpen: boolean; onClose: () => void }) {
  const { run } = useCommand({
    send: (client, reason: string | undefined) =>
      client.tasks.cancel({ id: task.id, ...(reason !== undefined && { reason }) }),
    changes: ["tasks"],
    done: canceledText,
  });
  return (
    <Confirm
      title="Cancel this task?"
      action="Cancel task"
      isOpen={isOpen}
      onClose={onClose}
      reason="optional"
      isDangerous
      onConfirm={async (reason) => (await run(reason)) !== undefined}
    >
      Its open subtasks are canceled too. A canceled task stays canceled; a retry creates a new task.
    </Confirm>
  );
}

/** `ending`: the number of subtasks that are still open; the server ends them. */
export function canceledText({ ending = 0 }: { ending?: number }): string {
  if (ending === 0) return "Canceled";
  const tasks = ending === 1 ? "1 subtask ends" : `${ending.toLocaleString("en")} subtasks end`;
  return `Canceled. ${tasks} within seconds; none of them starts.`;
}
