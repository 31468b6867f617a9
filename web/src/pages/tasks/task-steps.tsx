/** The steps of a task. The server lists the allowed steps, and the reasons why others are not allowed. */
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { isFinal, type TaskDetail } from "../../data/tasks.ts";
import { useDeniedStep } from "../../domain/tasks/denied-step.ts";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import { focusMessageBox } from "./message-box.tsx";
import { CancelTask, TakeTask } from "./step-confirms.tsx";
import { placesOf, type Step } from "./step-places.ts";

const STOP_TREE = "Stop this tree…";
const StopDialog = lazyPart(() => import("../../domain/stops/stop-dialog.tsx"), "StopDialog");
const StepDialog = lazyPart(() => import("../../domain/tasks/step-dialog.tsx"), "StepDialog");

interface StepButton {
  label: string;
  keys?: string;
  isDangerous?: boolean;
}

/** A step of the server without a button does not compile. */
const BUTTONS: Readonly<Record<Step, StepButton>> = {
  assign: { label: "Assign…", keys: "a" },
  cancel: { label: "Cancel…", isDangerous: true },
  retry: { label: "Retry", keys: "r" },
  complete: { label: "Complete…" },
  release: { label: "Give back" },
  escalate: { label: "Escalate…", keys: "e" },
  start: { label: "Take it myself…" },
  block: { label: "Block…" },
  fail: { label: "Fail…", isDangerous: true },
};

interface OfferedStep extends StepButton {
  step: Step;
  denied: string | undefined;
}

export function TaskSteps({ task }: { task: TaskDetail }) {
  const [dialog, setDialog] = useState<Step>();
  const [isStopping, setStopping] = useState(false);
  const isOpen = !isFinal(task.status) || task.open_children > 0;
  const { take, isRunning } = useDirectSteps(task);
  const deniedTo = useDeniedStep();
  const places = placesOf(task);
  const isWorking = task.status === "running" && !task.held_by;
  const offer = (step: Step): OfferedStep => ({
    step,
    ...BUTTONS[step],
    denied: deniedTo(task, step),
  });
  const [shown, more] = [places.shown.map(offer), places.more.map(offer)];
  const run = (step: Step) => (step === "release" || step === "retry" ? void take(step) : setDialog(step));
  useHotkeys(
    [...shown, ...more].map(({ step, label, keys, denied }) => ({
      keys,
      label: `${label.replace("…", "")} this task`,
      denied,
      run: () => run(step),
    })),
  );
  const close = () => setDialog(undefined);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <StepButtons shown={shown} isBusy={isRunning} isFailed={task.status === "failed"} onTake={run} />
      {isWorking && (
        <Button size="small" keys="m" onClick={focusMessageBox}>
          Message
        </Button>
      )}
      {(more.length > 0 || isOpen) && (
        <MoreSteps steps={more} onTake={run} onStop={isOpen ? () => setStopping(true) : undefined} />
      )}
      <CancelTask task={task} isOpen={dialog === "cancel"} onClose={close} />
      <TakeTask task={task} isOpen={dialog === "start"} onClose={close} />
      <Suspense>
        {dialog !== undefined && isForm(dialog) && <StepDialog task={task} step={dialog} onClose={close} />}
        {isStopping && (
          <StopDialog
            place={{ scope: "tree", id: task.root_task_id, name: "this tree of tasks" }}
            onClose={() => setStopping(false)}
          />
        )}
      </Suspense>
    </div>
  );
}

const isForm = (step: Step) => step !== "cancel" && step !== "start" && step !== "retry" && step !== "release";

interface ButtonsProps {
  shown: readonly OfferedStep[];
  isBusy: boolean;
  /** The first step is what most people want. */
  isFailed: boolean;
  onTake: (step: Step) => void;
}

function StepButtons({ shown, isBusy, isFailed, onTake }: ButtonsProps) {
  return shown.map(({ step, label, keys, denied, isDangerous }) => (
    <Button
      key={step}
      size="small"
      look={isDangerous ? "danger" : isFailed ? "primary" : "plain"}
      keys={keys}
      denied={denied}
      isBusy={isBusy}
      onClick={() => onTake(step)}
    >
      {label}
    </Button>
  ));
}

interface MoreProps {
  steps: readonly OfferedStep[];
  onTake: (step: Step) => void;
  onStop: (() => void) | undefined;
}

function MoreSteps({ steps, onTake, onStop }: MoreProps) {
  const denied = useDenied("stop:write");
  const stop = onStop && { label: STOP_TREE, denied, isDangerous: true, onSelect: onStop };
  useHotkeys(stop ? [{ label: "Stop this tree of tasks", denied, run: stop.onSelect }] : []);
  return (
    <Menu
      trigger={
        <Button size="small" look="quiet" label="More steps">
          <Ellipsis aria-hidden className="size-4" />
        </Button>
      }
      entries={[
        ...steps.map(({ step, label, denied, isDangerous = false }) => ({
          label,
          denied,
          isDangerous,
          onSelect: () => onTake(step),
        })),
        ...(stop ? [stop] : []),
      ]}
    />
  );
}

/** The steps that need no input and no question. */
function useDirectSteps({ id }: TaskDetail) {
  const { client } = useSession();
  const navigate = useNavigate();
  const release = useCommand({
    send: (client) => client.tasks.release({ id }),
    changes: ["tasks"],
    done: "Given back. The task is queued again.",
  });
  const retry = useCommand({
    send: (client) => client.tasks.retry({ id }),
    changes: ["tasks"],
    done: "Queued as a new task",
    undo: (made) => () => client.tasks.cancel({ id: made.id, reason: "The retry was undone." }),
  });
  async function take(step: "release" | "retry"): Promise<void> {
    if (step === "release") {
      await release.run({});
      return;
    }
    const made = await retry.run({});
    if (made) void navigate({ to: "/tasks/$id", params: { id: made.id } });
  }
  return { take, isRunning: release.isRunning || retry.isRunning };
}
