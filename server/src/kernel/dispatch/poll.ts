/** Long polls: after an attempt without a result, the call waits outside any transaction and tries again when woken. */
import type { Actor } from "../actor.ts";
import { Problem } from "../problem.ts";
import type { Call, ReadyCall } from "./call.ts";
import type { Woken } from "./lane.ts";
import { sharedLooks } from "./shared-looks.ts";
import { createWaits, type PolledOperation, type WaitsOptions } from "./waits.ts";

/** The calls that may wait in one process. */
const WAITING_MAX = 20_000;
export const WAITING_OF_CREDENTIAL_MAX = 20;

type Attempt = (call: ReadyCall) => Promise<unknown>;

export function createPoll(options: WaitsOptions) {
  const waits = createWaits(options);
  const room = createRoom();
  const share = sharedLooks();

  /** Equal queries share one attempt, since they find the same. */
  function sharedAttempt(operation: PolledOperation, attempt: Attempt): Attempt {
    if (operation.kind !== "query") return attempt;
    return (call) => share(question(operation, call), () => attempt(call));
  }

  return async (
    operation: PolledOperation,
    call: ReadyCall,
    abortOf: Call["abort"],
    attempt: Attempt,
  ): Promise<unknown> => {
    const seconds = operation.poll?.seconds(call.input) ?? 0;
    if (!operation.poll || seconds === 0) return attempt(call);
    const abort = abortOf?.();
    const deadline = performance.now() + seconds * 1_000;
    const left = () => deadline - performance.now();
    const look = sharedAttempt(operation, attempt);
    const leaveRoom = room.enter(call.actor);
    const caller = waits.join(operation, call.actor);
    try {
      for (let isDue = false; ; ) {
        if (abort?.aborted) throw new Problem("conflict", "The caller went away.");
        const final = isDue || left() <= 0;
        caller.startAttempt();
        const output = await look({ ...call, final });
        const found = !operation.poll.isEmpty(output);
        caller.endAttempt(found);
        if (final || found) return output;
        let why: Woken;
        do {
          why = await caller.wait(left(), abort);
          // A key that was revoked during the wait must not take anything.
          await call.requireStill?.();
        } while (why === "check");
        isDue = why === "due";
      }
    } finally {
      caller.leave();
      leaveRoom();
    }
  };
}

function question({ name }: PolledOperation, { actor, input }: ReadyCall): string {
  return JSON.stringify([name, actor.workspace, actor.kind, actor.id, actor.role, input]);
}

function createRoom(): { enter(actor: Actor): () => void } {
  const waiting = new Map<string, number>();
  let all = 0;
  return {
    enter({ workspace, credential }) {
      const name = `${workspace} ${credential}`;
      const own = waiting.get(name) ?? 0;
      if (own >= WAITING_OF_CREDENTIAL_MAX) throw full(`This credential has ${own} calls that wait`);
      if (all >= WAITING_MAX) throw full(`This server has ${all} calls that wait`);
      waiting.set(name, own + 1);
      all++;
      return () => {
        const left = (waiting.get(name) ?? 1) - 1;
        if (left === 0) waiting.delete(name);
        else waiting.set(name, left);
        all--;
      };
    },
  };
}

function full(count: string): Problem {
  return new Problem("overloaded", `${count}, which is the maximum.`, {
    retry_after_seconds: 1,
    next_step: "Wait until one of these calls ends, or send the call without wait_seconds.",
  });
}
