/** Exports for other slices. */

export { teamHooks } from "./hooks.ts";
export {
  cappedPriority,
  findEscalationTarget,
  isSupervisor,
  leaveTeam,
  requireMayAssign,
  requireMayAssignRole,
  requireMayCreate,
  requireMayEscalate,
  requireNothingStrandedBy,
} from "./queries.ts";
