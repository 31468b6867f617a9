/** What other slices and the start of the server may use. */
export { agentHooks } from "./hooks.ts";
export { resealSecrets } from "./operations/reseal-secrets.ts";
export { createPresence, type PresenceNotes } from "./presence.ts";
export { countAgents, listAway } from "./store/agents.ts";
export { requireUsableAgent } from "./usable-agent.ts";
