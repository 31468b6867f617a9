/** Exports for other slices and for the start of the server. */

export { requireAgent, requireUsableAgent } from "./change-agent.ts";
export { setAgentStatus } from "./change-status.ts";
export { createNamedAgent } from "./create-named.ts";
export { agentParked } from "./facts.ts";
export { agentHooks } from "./hooks.ts";
export { setNetworkName } from "./network-name.ts";
export { notePush } from "./operations/note-push.ts";
export { resealSecrets } from "./operations/reseal-secrets.ts";
export { createPresence, type PresenceNotes } from "./presence.ts";
export { type PushTarget, pushTargetOf } from "./push-target.ts";
export { countAgents, listActiveAgents, listAgentNames, listBillingModes, listSilent } from "./store/agents.ts";
export { fallbackModelOf, lockAgents, modelOf } from "./store/limits.ts";
export { savePosts } from "./store/posts.ts";
