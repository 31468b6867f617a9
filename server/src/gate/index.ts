export { agentArchived, requireActing } from "./refusals.ts";
export { allowedModelOf, type GateColumns, parkOf, type Refusal, type RefusalNumbers, refusalOf } from "./rules.ts";
export { PARK_CODES, type ParkCode } from "./schema.ts";
export {
  changeRunning,
  countStarts,
  debit,
  debitStart,
  findGate,
  type Gate,
  gateColumns,
  gateOf,
  leaseLossesOf,
  listGates,
  lockGates,
  noteLeaseLost,
  openGate,
  parkGate,
  refuseWhilePaused,
  runsOf,
  saveGate,
  saveLimits,
  saveRefusal,
  saveStops,
  startsOf,
} from "./store.ts";
