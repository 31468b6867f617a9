/** Exports for other slices and for the start of the server. */
export { agentHooks } from "./hooks.ts";
export { resealSecrets } from "./operations/reseal-secrets.ts";
export { createPresence, type PresenceNotes } from "./presence.ts";
export { countAgents, listAway } from "./store/agents.ts";
export { requireUsableAgent } from "./usable-agent.ts";
