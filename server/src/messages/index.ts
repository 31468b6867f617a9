/** Exports for other slices. */
export { notifyOfTasks } from "./notify.ts";
export { lockContent, saveContent } from "./store/messages.ts";
