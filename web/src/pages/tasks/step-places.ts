/** The steps of a task in the order in which its page offers them. Pure. */
import { TASK_STEPS } from "@bailiwick/sdk";
import { startsFrom } from "../../data/steps.ts";
import { isWithPeople, type TaskDetail } from "../../data/tasks.ts";
import type { DirectStep, FormStep } from "../../domain/tasks/step-dialog.tsx";

export type Step = DirectStep | FormStep;

interface Places {
  shown: readonly Step[];
  /** In the menu. */
  more: readonly Step[];
}

const WAITING: Places = { shown: ["assign", "cancel"], more: ["start", "escalate"] };
const ENDED: Places = { shown: ["retry"], more: [] };
const PLACES = {
  queued: WAITING,
  blocked: WAITING,
  running: { shown: ["assign", "cancel"], more: ["escalate", "release", "complete", "fail", "block"] },
  held: { shown: ["complete", "release", "fail"], more: ["assign", "escalate", "block", "cancel"] },
  completed: ENDED,
  failed: ENDED,
  canceled: ENDED,
} as const satisfies Record<TaskDetail["status"] | "held", Places>;

type Placed = Pick<TaskDetail, "status" | "held_by" | "blocked_reason">;

export function placesOf(task: Placed): Places {
  const { shown, more }: Places = PLACES[task.held_by ? "held" : task.status];
  // An escalated task that waits for people has no agent above.
  const fits = (step: Step) =>
    startsFrom(TASK_STEPS[step], task.status) && !(step === "escalate" && isWithPeople(task));
  return { shown: shown.filter(fits), more: more.filter(fits) };
}
