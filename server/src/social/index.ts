/** Exports for the hooks of other slices. */
export { resealAccounts } from "./keys.ts";
