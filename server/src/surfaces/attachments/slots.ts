/** Limits the uploads that run at the same time, so that their bytes in memory and their transactions stay few. */
import { Problem } from "../../kernel/problem.ts";

export interface SlotLimits {
  ofWorkspace: number;
  ofProcess: number;
}

/** An upload holds about 2 MiB. */
export const SLOTS: SlotLimits = { ofWorkspace: 4, ofProcess: 32 };
const RETRY_SECONDS = 1;

/** Returns a function that takes a slot, or throws. It returns the function that gives the slot back. */
export function createSlots({ ofWorkspace, ofProcess }: SlotLimits): (workspace: string) => () => void {
  const running = new Map<string, number>();
  let all = 0;
  return (workspace) => {
    const own = running.get(workspace) ?? 0;
    if (own >= ofWorkspace) throw busy(`This workspace has ${own} uploads running, which is the limit.`);
    if (all >= ofProcess) throw busy(`This server has ${all} uploads running, which is the limit.`);
    running.set(workspace, own + 1);
    all++;
    return () => {
      const left = (running.get(workspace) ?? 1) - 1;
      if (left > 0) running.set(workspace, left);
      else running.delete(workspace);
      all--;
    };
  };
}

function busy(text: string): Problem {
  return new Problem("overloaded", text, {
    retry_after_seconds: RETRY_SECONDS,
    next_step: "Upload files one after another, or try again in a moment.",
  });
}
