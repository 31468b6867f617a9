/** The client of Bailiwick: one function for each operation, a live feed, and a worker. */
import { type Operations, operations } from "./generated.ts";
import { type LiveEvent, type LiveOptions, live } from "./live.ts";
import { type ClientOptions, createSend } from "./send.ts";

export { BailiwickError, type FieldError, type ProblemBody } from "./error.ts";
export type * from "./generated.ts";
export type { Fact, LiveEvent, LiveOptions } from "./live.ts";
export type { CallOptions, ClientOptions } from "./send.ts";
export { Escalation, type Handler, type TaskContext, type WorkOptions, work } from "./worker.ts";

export interface Client extends Operations {
  /** Everything that happens in the workspace, as it happens. It reconnects by itself and misses nothing. */
  live(options?: LiveOptions): AsyncGenerator<LiveEvent>;
}

export function createClient(options: ClientOptions): Client {
  return { ...operations(createSend(options)), live: (where = {}) => live(options, where) };
}
