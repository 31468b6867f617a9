/** Words for changes of the team. */
import type { TeamRole } from "@bailiwick/sdk";
import { ROLE_WORDS } from "../../domain/agents/agent-words.ts";
import type { Team } from "./team-data.ts";

/** Names in notices are cut, because names of agents can be long. */
const NAME_SHOWN_MAX = 60;

export const nameIn = (team: Team, id: string): string => team.nameOf(id).slice(0, NAME_SHOWN_MAX);

export const moveTo = (team: Team, id: string, under: string): string =>
  `${nameIn(team, id)} reports to ${nameIn(team, under)}`;

export const roleWord = (role: TeamRole | undefined): string => (role ? ROLE_WORDS[role.role] : "No role");

export const withArticle = (role: TeamRole["role"]): string => `a ${role}`;

/** Returns the agents that can be chosen as a supervisor. */
export function supervisorOptions(team: Team) {
  return [...team.roles.values()]
    .filter(({ role }) => role === "supervisor")
    .map(({ agent_id }) => ({ value: agent_id, label: nameIn(team, agent_id) }))
    .sort((one, other) => one.label.localeCompare(other.label));
}
