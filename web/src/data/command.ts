/** Commands through the SDK: failures are reported to the person, and changed areas are read again. */
import { BailiwickError, type Client } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { notify } from "./notices.ts";
import { describeError } from "./query.ts";
import { isSignedOut, useSession } from "./session.tsx";
import { untilSignedIn } from "./signed-out.ts";

export interface CommandOptions<Input, Output> {
  send: (client: Client, input: Input) => Promise<Output>;
  /** Areas to read again after success. The live feed reports them too, but may be disconnected. */
  changes?: readonly string[];
  /** The title of the notice after success. */
  done?: string | ((output: Output, input: Input) => string);
  undo?: (output: Output, input: Input) => (() => Promise<unknown>) | undefined;
  /** The second line of that notice. */
  detail?: string | undefined;
  /** The thing that the notice is about: a newer notice about it takes its place. */
  about?: string | undefined;
  /** The form shows failures itself. */
  isQuiet?: boolean;
}

export interface Command<Input, Output> {
  /** Returns undefined after a failure, which is reported to the person. */
  run: (input: Input) => Promise<Output | undefined>;
  isRunning: boolean;
  error: BailiwickError | undefined;
  reset: () => void;
}

export function useCommand<Input, Output>(options: CommandOptions<Input, Output>): Command<Input, Output> {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const [state, setState] = useState<{ isRunning: boolean; error: BailiwickError | undefined }>(IDLE);
  async function run(input: Input): Promise<Output | undefined> {
    setState({ isRunning: true, error: undefined });
    try {
      const output = await sendSignedIn(() => options.send(client, input));
      setState(IDLE);
      for (const area of options.changes ?? []) void cache.invalidateQueries({ queryKey: [workspace.id, area] });
      notifyDone(options, output, input);
      return output;
    } catch (error) {
      setState({ isRunning: false, error: error instanceof BailiwickError ? error : undefined });
      if (!options.isQuiet || !(error instanceof BailiwickError)) notifyError(error);
      return undefined;
    }
  }
  return { run, ...state, reset: () => setState(IDLE) };
}

/** Sends the command again when its session had ended and the person has signed in again. */
async function sendSignedIn<Output>(send: () => Promise<Output>): Promise<Output> {
  try {
    return await send();
  } catch (error) {
    if (!isSignedOut(error) || !(await untilSignedIn())) throw error;
    return send();
  }
}

const IDLE = { isRunning: false, error: undefined };

function notifyDone<Input, Output>(options: CommandOptions<Input, Output>, output: Output, input: Input): void {
  const { done, detail, about, undo } = options;
  if (done === undefined) return;
  notify({ title: typeof done === "string" ? done : done(output, input), detail, about, undo: undo?.(output, input) });
}

export function notifyError(error: unknown): void {
  const { title, detail, requestId } = describeError(error);
  notify({ title, detail, requestId, isError: true });
}
