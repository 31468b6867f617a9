/** The operations on roles and rules of the team. */
import type { Operation } from "../kernel/operation.ts";
import { deleteRole } from "./operations/delete-role.ts";
import { getRole } from "./operations/get-role.ts";
import { getRules } from "./operations/get-rules.ts";
import { listRoles } from "./operations/list-roles.ts";
import { setRole } from "./operations/set-role.ts";
import { setRules } from "./operations/set-rules.ts";
import { summarizeTeam } from "./operations/summarize-team.ts";

export const TEAM_OPERATIONS: readonly Operation[] = [
  listRoles,
  getRole,
  setRole,
  deleteRole,
  getRules,
  setRules,
  summarizeTeam,
];
