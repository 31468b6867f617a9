/** Exports for the start of the server. */
export { createRequestAllowances } from "./request-allowances.ts";
export { REQUEST_LIMITS, type RequestLimits, workOf } from "./rules.ts";
export { drawRequests } from "./store.ts";
