/** Exports for other slices. */
export { appliesTo, leftOf, limitOf, type Reached, resetsAt, today } from "./rules.ts";
export type { Cap, Respent, Spent } from "./schema.ts";
export { expectReached, recheckCaps, respend, settleSpent } from "./settle.ts";
export {
  CAPS_OF_CLAIM,
  capLeftOf,
  capWarnings,
  deleteCap,
  estimatesOf,
  insertCap,
  listCaps,
  lockCaps,
  RESETS_AT,
  replaceCap,
  reserve,
  sumReserved,
  TIGHTEST_COLUMNS,
  tightestCap,
  warningsOf,
} from "./store.ts";
