/** What a run of the demo needs of the workspace it happens in. */

/** What the demo does, as permissions; a service key has each by the scope of the same name. */
export const NEEDS = [
  "agents:read",
  "agents:write",
  "keys:write",
  "team:write",
  "tasks:read",
  "tasks:write",
  "obs:read",
  "audit:read",
] as const;

export const WORKERS_DEFAULT = 3;
/** Beside the workers: the supervisor and the specialist. */
export const OTHERS_IN_CREW = 2;
/** Then it is stopped. */
export const RUN_MINUTES_MAX = 3;
