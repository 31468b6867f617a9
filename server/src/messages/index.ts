/** Exports for other slices. */
export { answerOfTask, notifyAgents, notifyOfTasks } from "./notify.ts";
export { lockContent, saveContent } from "./store/messages.ts";
export { lastInThreads } from "./store/threads.ts";
