/** Words for the types, states and roles of agents. */
import type { Agent, TeamRole } from "@bailiwick/sdk";

export const TYPE_WORDS: Record<Agent["agent_type"], string> = {
  direct: "Direct",
  websocket: "WebSocket",
  http_api: "HTTP API",
  marketplace: "Marketplace",
};

export const STATUS_WORDS: Record<Agent["status"], string> = {
  active: "Active",
  paused: "Paused",
  archived: "Archived",
};

export const ROLE_WORDS: Record<TeamRole["role"], string> = {
  supervisor: "Supervisor",
  worker: "Worker",
  specialist: "Specialist",
};
