/** The step that ends the work on a task, and the steps that the worker sends when the server refuses it. */
import type { BailiwickError } from "./error.ts";
import type { Operations, Task } from "./generated/client.ts";
import type { CallOptions } from "./send.ts";
import { cutText, DOCUMENT_UNFIT, noteOf, toJson, tooLarge } from "./storable.ts";

const REASON_LENGTH_MAX = 2_000;

/** A handler throws it to pass the task to the supervisor of the agent, with this reason. */
export class Escalation extends Error {
  override name = "Escalation";
}

/**
 * A handler throws it to ask people, or the agent that gave the task. The task is blocked until the answer, and the agent
 * then gets it again with `question` and `answer`.
 */
export class Question extends Error {
  override name = "Question";
  readonly options: readonly string[];

  /** `options` are suggested answers: at most 6, of at most 100 characters. */
  constructor(question: string, options: readonly string[] = []) {
    super(question);
    this.options = options;
  }
}

/** A handler that was stopped may still hand its task over. */
export const isHandover = (error: unknown): boolean => error instanceof Escalation || error instanceof Question;

export interface Outcome {
  /** The start of the idempotency key. Outcomes of one task with different inputs have different names. */
  name: string;
  send(call: CallOptions): Promise<unknown>;
  /** Returns the outcome to send after this refusal, if any. */
  instead?(refusal: BailiwickError): Outcome | undefined;
  /** A fault that the program of the worker should know: the server keeps less than the handler returned. */
  fault?: Error;
}

export interface OutcomeContext {
  client: { tasks: Pick<Operations["tasks"], "complete" | "fail" | "escalate" | "block"> };
  task: Task;
}

/** Throws when JSON cannot hold the output. */
export function completed(context: OutcomeContext, output: unknown): Outcome {
  const json = toJson(output);
  if (json === undefined) return completion(context, "complete", {});
  const large = tooLarge(json);
  if (large !== undefined)
    return { ...noted(context, json, large), fault: new Error(`The result is not kept. ${large}`) };
  return {
    ...completion(context, "complete", { output: JSON.parse(json) as unknown }),
    instead: (refusal) =>
      DOCUMENT_UNFIT.includes(refusal.code) ? noted(context, json, refusal.detail) : refused(context, refusal),
  };
}

/** Completes the task with a note in place of a result that the server cannot keep. */
function noted(context: OutcomeContext, json: string, why: string): Outcome {
  return completion(context, "complete-note", { output: noteOf(json, why) });
}

function completion(context: OutcomeContext, name: string, result: { output?: unknown }): Outcome {
  const { client, task } = context;
  return {
    name,
    send: (call) => client.tasks.complete({ ...idOf(task), ...result }, call),
    instead: (refusal) => refused(context, refusal),
  };
}

function refused(context: OutcomeContext, { detail }: BailiwickError): Outcome {
  return failed(context, new Error(`The result was refused: ${detail}`), false);
}

/** The outcome of a handler that has thrown. */
export function failed(context: OutcomeContext, error: unknown, retryable: boolean): Outcome {
  const { client, task } = context;
  const text = reasonOf(error instanceof Error ? error.message : String(error));
  if (error instanceof Escalation) {
    const reason = text || "The handler escalated without a reason.";
    return {
      name: "escalate",
      send: (call) => client.tasks.escalate({ ...idOf(task), reason }, call),
      instead: ({ detail }) => failed(context, `The task could not be escalated: ${detail} ${reason}`, false),
    };
  }
  if (error instanceof Question) return block(context, error, text || "The handler threw a question without a text.");
  const reason = text || "The handler failed without a message.";
  return {
    name: "fail",
    send: (call) => client.tasks.fail({ ...idOf(task), reason, retryable }, call),
    instead: ({ code }) => (DOCUMENT_UNFIT.includes(code) ? failedPlainly(context, retryable) : undefined),
  };
}

function block(context: OutcomeContext, { options }: Question, reason: string): Outcome {
  const { client, task } = context;
  const input = { ...idOf(task), reason, ...(options.length > 0 && { options: [...options] }) };
  return {
    name: "block",
    send: (call) => client.tasks.block(input, call),
    instead: ({ detail }) => failed(context, `The question was refused: ${detail} ${reason}`, false),
  };
}

/** The server takes this text in any case. */
const PLAIN_REASON = "The handler failed. The server refused the text of the failure.";

function failedPlainly({ client, task }: OutcomeContext, retryable: boolean): Outcome {
  const input = { ...idOf(task), reason: PLAIN_REASON, retryable };
  return { name: "fail-plain", send: (call) => client.tasks.fail(input, call) };
}

function idOf({ id, fence = 0 }: Task) {
  return { id, fence };
}

function reasonOf(text: string): string {
  return cutText(text.trim(), REASON_LENGTH_MAX);
}
