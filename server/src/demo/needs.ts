/** The needs of a demo run in its workspace. */

/** The permissions that the demo needs. Each is also the name of a scope of service keys. */
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
/** The supervisor and the specialist. */
export const OTHERS_IN_CREW = 2;
/** A longer run is stopped. */
export const RUN_MINUTES_MAX = 3;
