/** The only way an operation runs: permission, input, transaction, run, facts, answer. */
import type { Actor } from "../actor.ts";
import type { InputLimits } from "../input/document.ts";
import { type InputReader, inputReader, type Reading } from "../input/input.ts";
import type { Operation, PublicCommand, Query, SessionEffect } from "../operation.ts";
import { invalid, noSuchWorkspace, notFound } from "../problem.ts";
import { sealedCursors } from "../sealed-cursors.ts";
import { type Afterwards, createAfterwards } from "./afterwards.ts";
import type { Answer, Call, Kernel, ReadyCall } from "./call.ts";
import { createCommandRunner } from "./command.ts";
import { createHotRunner } from "./hot.ts";
import { hashInput, IDEMPOTENCY_KEY_LENGTH_MAX, inFlight } from "./idempotency.ts";
import { createOutside } from "./outside.ts";
import { createPoll } from "./poll.ts";
import { requirePermission } from "./powers.ts";
import { createPublicRunner } from "./public.ts";
import { createStorageCount } from "./storage.ts";

export interface Dispatcher {
  /** Throws a Problem for everything a caller can cause. */
  dispatch(operation: Exclude<Operation, PublicCommand>, actor: Actor, call: Call): Promise<Answer>;
  /** Dispatches a command without an actor, such as sign-in. */
  dispatchPublic(operation: PublicCommand, call: Call): Promise<Answer>;
}

export function createDispatcher(kernel: Kernel): Dispatcher {
  const { db, env, signals, checkOutput } = kernel;
  const readers = new Map<Operation, InputReader>();
  const runCommand = createCommandRunner(kernel);
  const runHot = createHotRunner(kernel);
  const runPublic = createPublicRunner(kernel);
  const poll = createPoll({ db, signals, onFailure: kernel.onLateFailure });
  const writeAfterwards = createAfterwards(kernel);
  const lookOutside = createOutside(kernel);
  const counted = createStorageCount(kernel.storage);
  const running = new Set<string>();
  const cursors = sealedCursors(env.secrets);

  function read(operation: Operation, input: unknown): Reading {
    const reader = readers.get(operation) ?? inputReader(operation.input, limitsOf(operation));
    readers.set(operation, reader);
    return reader(input);
  }

  function answer(operation: Operation, output: unknown, session?: SessionEffect): Answer {
    checkOutput?.(operation, output);
    return { status: operation.status ?? 200, output, session };
  }

  async function runQuery(operation: Query, call: ReadyCall): Promise<unknown> {
    const { actor, input } = call;
    const found = await lookOutside(operation, call);
    let left: Parameters<Afterwards>[0][] = [];
    try {
      return await db.read(actor.workspace, (tx) => {
        left = [];
        return operation.run({ tx, actor, env, afterwards: (work) => void left.push(work), found }, input);
      });
    } finally {
      for (const work of left) writeAfterwards(actor.workspace, work);
    }
  }

  function run(operation: Exclude<Operation, PublicCommand>, call: ReadyCall, abort: Call["abort"]): Promise<unknown> {
    switch (operation.kind) {
      case "command":
        return runCommand(operation, call);
      case "query":
        return poll(operation, call, abort, (attempt) => runQuery(operation, attempt));
      case "hot":
        return poll(operation, call, abort, (attempt) => runHot(operation, attempt));
      default:
        return operation satisfies never;
    }
  }

  return {
    async dispatch(operation, actor, call) {
      requirePermission(operation, actor);
      const { identify } = call;
      const { given, fields, bytes } = read(operation, call.input);
      const ready = readyCall(operation, actor, call, {
        given,
        fields: cursors.open(operation, actor.workspace, fields),
        bytes,
      });
      requireOwnWorkspace(operation, ready);
      requireOwnTask(ready);
      if (identify) ready.requireStill = async () => requirePermission(operation, await identify());
      const idempotencyId = ready.keyed && `${actor.workspace} ${actor.credential} ${ready.keyed.key}`;
      const work = async () => {
        const output = await counted(operation, ready, () => run(operation, ready, call.abort));
        return answer(operation, cursors.seal(operation, actor.workspace, output));
      };
      if (idempotencyId === undefined) return work();
      if (running.has(idempotencyId)) throw inFlight();
      running.add(idempotencyId);
      try {
        return await work();
      } finally {
        running.delete(idempotencyId);
      }
    },
    async dispatchPublic(operation, call) {
      const { output, session } = await runPublic(operation, call.request, read(operation, call.input).fields);
      return answer(operation, output, session);
    },
  };
}

function limitsOf(operation: Operation): InputLimits | undefined {
  return operation.kind === "command" || operation.kind === "hot" ? operation.inputLimits : undefined;
}

/** A foreign workspace gives the same problem as a workspace that does not exist. */
function requireOwnWorkspace({ workspaceField: field }: Exclude<Operation, PublicCommand>, call: ReadyCall): void {
  if (field === undefined || call.input[field] === call.actor.workspace) return;
  throw noSuchWorkspace();
}

/** For a credential of one lease, every other task looks like one that does not exist. */
function requireOwnTask({ actor: { lease }, input }: ReadyCall): void {
  if (lease && String(input.id).toLowerCase() !== lease.task_id) throw notFound("task", String(input.id));
}

function readyCall(
  operation: Operation,
  actor: Actor,
  call: Call,
  { given, fields: input, bytes }: Reading,
): ReadyCall {
  const { idempotencyKey: key, request } = call;
  if (key === undefined || operation.kind === "query") {
    return { actor, input, bytes, request, keyed: undefined, final: true };
  }
  if (key.length === 0 || key.length > IDEMPOTENCY_KEY_LENGTH_MAX || /[^\x20-\x7e]/.test(key)) {
    throw invalid("/Idempotency-Key", `must be 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} printable ASCII characters.`);
  }
  const keyed = {
    credential: actor.credential,
    key,
    operation: operation.name,
    input: given,
    inputHash: hashInput(given),
    keeps: operation.kind === "public" ? undefined : operation.keeps,
  };
  return { actor, input, bytes, request, keyed, final: true };
}
