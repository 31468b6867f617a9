/** Doing things through the SDK: what went wrong is said, and what was changed is read anew. */
import { BailiwickError, type Client } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { notify } from "./notices.ts";
import { describeError } from "./query.ts";
import { useSession } from "./session.tsx";

export interface CommandOptions<Input, Output> {
  send: (client: Client, input: Input) => Promise<Output>;
  /** Areas to read anew when it is done; the live feed says so too, but may be away. */
  changes?: readonly string[];
  /** Said when it is done. */
  done?: string | ((output: Output, input: Input) => string);
  undo?: (output: Output, input: Input) => (() => Promise<unknown>) | undefined;
  /** The form shows what went wrong itself. */
  isQuiet?: boolean;
}

export interface Command<Input, Output> {
  /** Answers undefined when it failed; the person has been told. */
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
      const output = await options.send(client, input);
      setState(IDLE);
      for (const area of options.changes ?? []) void cache.invalidateQueries({ queryKey: [workspace.id, area] });
      tell(options, output, input);
      return output;
    } catch (error) {
      setState({ isRunning: false, error: error instanceof BailiwickError ? error : undefined });
      if (!options.isQuiet || !(error instanceof BailiwickError)) notifyError(error);
      return undefined;
    }
  }
  return { run, ...state, reset: () => setState(IDLE) };
}

const IDLE = { isRunning: false, error: undefined };

function tell<Input, Output>({ done, undo }: CommandOptions<Input, Output>, output: Output, input: Input): void {
  if (done === undefined) return;
  notify({ title: typeof done === "string" ? done : done(output, input), undo: undo?.(output, input) });
}

export function notifyError(error: unknown): void {
  const { title, detail, requestId } = describeError(error);
  notify({ title, detail, requestId, isError: true });
}
