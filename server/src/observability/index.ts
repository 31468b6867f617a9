export { insertAttemptEvents } from "./store.ts";
