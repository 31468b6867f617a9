/** The client of Bailiwick: a function for each operation, a live feed, and a worker. */
import { type Files, filesOf } from "./files.ts";
import { type Operations, operations } from "./generated/client.ts";
import { type LiveEvent, type LiveOptions, live } from "./live.ts";
import { type ClientOptions, createSend } from "./send.ts";

export { BailiwickError, type FieldError, type ProblemBody } from "./error.ts";
export type { Downloaded, Files, FileToUpload } from "./files.ts";
export type * from "./generated/client.ts";
export * from "./generated/permitted.ts";
export * from "./generated/values.ts";
export type { Handler, TaskContext } from "./job.ts";
export { TaskStopped } from "./lease.ts";
export type { LiveEvent, LiveOptions } from "./live.ts";
export { Escalation, Question } from "./outcome.ts";
export type { CallOptions, ClientOptions } from "./send.ts";
export { type WorkOptions, work } from "./worker.ts";

export interface Client extends Operations {
  attachments: Operations["attachments"] & Files;
  /** Follows all facts of the workspace as they happen. It reconnects by itself without missing a fact. */
  live(options?: LiveOptions): AsyncGenerator<LiveEvent>;
}

export function createClient(options: ClientOptions): Client {
  const all = operations(createSend(options));
  const attachments = { ...all.attachments, ...filesOf(options) };
  return { ...all, attachments, live: (where = {}) => live(options, where) };
}
