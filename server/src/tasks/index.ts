export { blockRunningTasks } from "./archived.ts";
export { type AttemptEvent, taskHooks } from "./facts.ts";
export { countEscalations, hurryEscalations } from "./store-escalation.ts";
export { listRunning } from "./store-list.ts";
export { tookStep } from "./store-steps.ts";
