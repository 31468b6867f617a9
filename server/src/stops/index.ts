/** Exports for other slices. */
export { type RunningAttempt, stopHooks, type Target } from "./hooks.ts";
export { findStop, noteHeard, STOPPED_TREES, treeStopOf } from "./store.ts";
