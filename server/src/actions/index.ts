/** Exports for the hooks of other slices, and for the gate of tool calls. */
export { endRulesOfMoved, endRulesOfTools } from "./changed-tools.ts";
export { expireAction } from "./end-action.ts";
export { propose } from "./operations/propose-action.ts";
export { hashOf } from "./payload.ts";
export { isOver } from "./rules.ts";
export { holdStopped, lockAction, readClock } from "./store/actions.ts";
export { lockProposals } from "./store/standing.ts";
export { TOOL_CALL, TOOL_CALL_TARGET, useToolCall } from "./tool-calls.ts";
