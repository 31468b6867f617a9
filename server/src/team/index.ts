/** What other slices may use. */
export {
  findEscalationTarget,
  isSupervisor,
  leaveTeam,
  requireMayAssign,
  requireMayEscalate,
  requireNothingStrandedBy,
} from "./ask.ts";
export { teamHooks } from "./hooks.ts";
