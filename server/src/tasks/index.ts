export { taskHooks } from "./hooks.ts";
export { blockRunningTasks } from "./steps/archived.ts";
export { lockAsParty, requireParty } from "./steps/party.ts";
export { countEscalations, hurryEscalations } from "./store/escalation.ts";
export { listRunning } from "./store/list.ts";
export { listPaths, type TaskPath } from "./store/paths.ts";
export { tookStep } from "./store/progress.ts";
export { countCompleted, lastChanges, listTitles, requireTask } from "./store/tasks.ts";
export { lockDocuments, lockEvent, OUTPUT_EVENTS, REPORTED_EVENTS, saveDocuments } from "./withdraw.ts";
