export { notifyOfTasks } from "./notify.ts";
