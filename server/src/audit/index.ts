/** The parts of the audit slice for others. */
export { cosignLog } from "./cosign-log.ts";
export { findNumber } from "./find-number.ts";
export { witnessKey, witnessVerifier } from "./sealing/cosignature.ts";
export { resealSigningKey } from "./sealing/reseal.ts";
