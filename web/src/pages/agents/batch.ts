/** One step taken with several agents, and what came of each. */
import { BailiwickError } from "@bailiwick/sdk";
import { runMany } from "../../data/run-many.ts";

export interface BatchResult<Item> {
  done: Item[];
  failed: ({ item: Item } & Fault)[];
}

interface Fault {
  why: string;
  /** The step can be taken when one says so again. */
  asksToConfirm: boolean;
}

export async function runBatch<Item>(
  items: readonly Item[],
  step: (item: Item) => Promise<unknown>,
): Promise<BatchResult<Item>> {
  const { done, failed } = await runMany(items, step);
  return {
    done: done.map(({ item }) => item),
    failed: failed.map(({ item, error }) => ({ item, ...faultOf(error) })),
  };
}

function faultOf(error: unknown): Fault {
  if (error instanceof BailiwickError) return { why: error.detail, asksToConfirm: asksToConfirm(error) };
  return { why: error instanceof Error ? error.message : String(error), asksToConfirm: false };
}

export const agentsText = (count: number): string => (count === 1 ? "1 agent" : `${count} agents`);

/** Whether this is the server's question whether to go on although others depend on the agent. */
export const asksToConfirm = (error: BailiwickError | undefined): boolean =>
  error?.code === "conflict" && "stranded" in error.problem;
