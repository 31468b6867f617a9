/** Exports for agent actions and for the start of the server. */
export type { Attempt, Found, Returned } from "./adapter.ts";
export { connectionHooks } from "./hooks.ts";
export { chooseConnection, findActionTypes, requireActionType, validatePayload } from "./offered.ts";
export { resealConnections } from "./secrets.ts";
export {
  type Ended,
  lookUp,
  noteUse,
  type Outside,
  openConnection,
  SENDING_MS_MAX,
  sendAction,
} from "./sending.ts";
export { targetOf } from "./target.ts";
