/** What the start of the server and the command line may use. */
export type { DemoCrew } from "./port.ts";
