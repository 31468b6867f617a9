/** Exports for agent actions and for the start of the server. */
export type { AccountNote, Attempt, Found, Returned } from "./adapter.ts";
export { connectionHooks } from "./hooks.ts";
export { chooseConnection, findActionTypes, requireActionType, validatePayload } from "./offered.ts";
export { openSecret, resealConnections } from "./secrets.ts";
export {
  type Ended,
  lookUp,
  noteUse,
  type Outside,
  openConnection,
  SENDING_MS_MAX,
  sendAction,
} from "./sending.ts";
export { objectIn } from "./services/attempt.ts";
export { callMoltbook, type MoltbookRequest } from "./services/moltbook-client.ts";
export {
  countIn,
  limitedMs,
  noteIn,
  objectOf,
  refusalIn,
  textIn,
  timeIn,
} from "./services/moltbook-rules.ts";
export { noteConnectionUses } from "./store/connections.ts";
export { targetOf } from "./target.ts";
