/** The step table of every slice that has one, by its name in the SDK. */
import { STEPS as AGENT_STEPS } from "./agents/rules.ts";
import type { Step } from "./kernel/steps.ts";
import { STEPS as TASK_STEPS } from "./tasks/rules.ts";

export const STEP_TABLES: Readonly<Record<string, Readonly<Record<string, Step<string, string>>>>> = {
  AGENT_STEPS,
  TASK_STEPS,
};
