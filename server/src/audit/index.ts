/** The parts of the audit slice for others. */
export { resealSigningKey } from "./sealing/reseal.ts";
