export { requireActing } from "./acting.ts";
export { gateRefusal, type Refusal, startsLeft, throttleTokens } from "./rules.ts";
export {
  changeRunning,
  debitStart,
  findGate,
  type Gate,
  gateOf,
  gatesOf,
  lockGates,
  openGate,
  runningOf,
  saveGate,
  saveRefusal,
} from "./store.ts";
