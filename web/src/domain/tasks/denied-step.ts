/** The reasons why a person may not take a step of a task now. */
import type { TaskStep } from "@bailiwick/sdk";
import { useDenied } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";

export function useDeniedStep(): (task: Pick<TaskDetail, "allowed_steps">, step: TaskStep) => string | undefined {
  const forbidden = useDenied("tasks:write");
  return ({ allowed_steps }, step) => {
    const found = allowed_steps.find((one) => one.step === step);
    return forbidden ?? (found?.allowed ? undefined : (found?.reason ?? "Not now."));
  };
}
