export { blockRunningTasks } from "./archived.ts";
export { type AttemptEvent, taskHooks } from "./facts.ts";
export { listRunning } from "./store-list.ts";
