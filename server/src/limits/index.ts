/** What the composition of the server may use. */
export { createRequestAllowances } from "./request-allowances.ts";
export { REQUEST_LIMITS, type RequestLimits } from "./rules.ts";
export { drawRequests } from "./store.ts";
