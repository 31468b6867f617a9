/** Assigns a task of the inbox to another agent, if the step is allowed. */

import { useTask } from "../../data/tasks.ts";
import { StepDialog } from "../../domain/tasks/step-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";

export function AssignTask({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: task } = useTask(id);
  if (!task) return null;
  const { allowed = false, reason = "Not now." } = task.allowed_steps.find(({ step }) => step === "assign") ?? {};
  if (allowed) return <StepDialog task={task} step="assign" onClose={onClose} />;
  return (
    <Dialog title="This task cannot be assigned" isOpen onClose={onClose} width="small">
      <p className="text-ink-2">{reason}</p>
    </Dialog>
  );
}
