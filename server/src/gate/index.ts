export { agentArchived, requireActing } from "./refusals.ts";
export { type Refusal, type RefusalNumbers, refusalOf } from "./rules.ts";
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
  lockGates,
  noteLeaseLost,
  openGate,
  refuseWhilePaused,
  runsOf,
  saveGate,
  saveLimits,
  saveRefusal,
  saveStops,
  startsOf,
} from "./store.ts";
