/** Exports for the start of the server. */
export { resealTargets } from "./secrets.ts";
