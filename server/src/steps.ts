/** The step table of every slice that has one. The SDK prints it by its name, and the README of the slice draws it. */
import { STEPS as ACTION_STEPS } from "./actions/rules.ts";
import { STEPS as AGENT_STEPS } from "./agents/rules.ts";
import { STEPS as REQUEST_STEPS } from "./governance/rules.ts";
import type { Step } from "./kernel/steps.ts";
import { STEPS as TASK_STEPS } from "./tasks/rules.ts";

interface StepTable {
  name: string;
  readme: string;
  steps: Readonly<Record<string, Step<string, string>>>;
}

export const STEP_TABLES: readonly StepTable[] = [
  { name: "ACTION_STEPS", readme: "server/src/actions/README.md", steps: ACTION_STEPS },
  { name: "AGENT_STEPS", readme: "server/src/agents/README.md", steps: AGENT_STEPS },
  { name: "REQUEST_STEPS", readme: "server/src/governance/README.md", steps: REQUEST_STEPS },
  { name: "TASK_STEPS", readme: "server/src/tasks/README.md", steps: TASK_STEPS },
];
