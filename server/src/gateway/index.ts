/** Exports for the start of the server. */
export { endedCall } from "./ended.ts";
export { tokensOf } from "./estimate-rules.ts";
export { createLedger, type Ledger } from "./ledger.ts";
export { beginCall } from "./operations/begin-call.ts";
export { createReader, type Reader } from "./reader.ts";
