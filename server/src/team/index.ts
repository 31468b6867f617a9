/** What other slices may use. */
export {
  cappedPriority,
  findEscalationTarget,
  isSupervisor,
  leaveTeam,
  requireMayAssign,
  requireMayCreate,
  requireMayEscalate,
  requireNothingStrandedBy,
} from "./ask.ts";
export { teamHooks } from "./hooks.ts";
