/** The facts that a task reports while it runs; they can arrive by the hundred. */
import { REPORTED_TYPES } from "@bailiwick/sdk";

export const REPORTS: ReadonlySet<string> = new Set(REPORTED_TYPES.map((type) => `task.${type}`));
