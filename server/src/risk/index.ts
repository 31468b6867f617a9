/** Exports for the hooks of other slices, and for governance. */
export { appliesTo, respend } from "../caps/index.ts";
export { type BacktestResult, backtestChange } from "./backtest-change.ts";
export { changePolicy } from "./change-policy.ts";
export { headroomOf } from "./headroom.ts";
export { type PersonalChange, riskHooks } from "./hooks.ts";
export { noteToolCall } from "./loops.ts";
export { beginSpending } from "./spending.ts";
export { getPolicy } from "./store/policies.ts";
export { policyToWire } from "./to-wire.ts";
