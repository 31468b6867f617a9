/** Exports for other slices. */
export {
  amountOf,
  appliesTo,
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
  sumReserved,
  TIGHTEST_COLUMNS,
  tightestCap,
  warningsOf,
} from "./store.ts";
