/** Exports for the start of the server and the command line. */
export type { DemoCrew } from "./port.ts";
