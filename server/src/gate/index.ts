export { gateRefusal, type Refusal, throttleTokens } from "./rules.ts";
export {
  changeRunning,
  debitStart,
  findGate,
  type Gate,
  type GateStatus,
  gateOf,
  type LastRefusal,
  lockGates,
  openGate,
  runningOf,
  saveGate,
  saveRefusal,
} from "./store.ts";
