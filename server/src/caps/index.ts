/** Exports for other slices. */
export { freeAmount, reserveAmount, settleAmount } from "./amounts.ts";
export { type Budget, freeCalls, reserveCall } from "./calls.ts";
export {
  amountOf,
  appliesTo,
  dayOf,
  leftOf,
  limitOf,
  type Reached,
  resetsAt,
  settleCap,
  today,
  UNUSED,
  withReserved,
  wouldBlock,
} from "./rules.ts";
export type { Cap, Estimate, Respent, Spent } from "./schema.ts";
export { expectReached, recheckCaps, respend, settleSpent } from "./settle.ts";
export { extendHeld } from "./store/calls.ts";
export {
  CAPS_OF_CLAIM,
  capLeftOf,
  capWarnings,
  deleteCap,
  estimateSource,
  estimatesOf,
  freeReservations,
  insertCap,
  listCaps,
  lockCaps,
  RESETS_AT,
  replaceCap,
  reserve,
  saveDefaultEstimate,
  sumAmountsUsed,
  sumReserved,
  TIGHTEST_COLUMNS,
  tightestCap,
  warningsOf,
} from "./store.ts";
