/** Computes the stored costs again, part by part, and says the result in words. */
import type { Client, ObsRepriceInput, Repriced } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { counted } from "../../ui/count.tsx";
import { shortUsd } from "../../ui/money.tsx";

type Input = Omit<ObsRepriceInput, "continue_from">;
type Result = Omit<Repriced, "continue_from">;

async function repriceAll({ obs }: Client, input: Input): Promise<Result> {
  let sum: Result | undefined;
  let from: string | undefined;
  do {
    const part = await obs.reprice({ ...input, ...(from !== undefined && { continue_from: from }) });
    sum = sum ? added(sum, part) : part;
    from = part.continue_from ?? undefined;
  } while (from !== undefined);
  return sum;
}

function added(a: Result, b: Result): Result {
  const models = new Map(a.still_unpriced.map(({ model, events }) => [model, events]));
  for (const { model, events } of b.still_unpriced) models.set(model, (models.get(model) ?? 0) + events);
  return {
    events: a.events + b.events,
    priced: a.priced + b.priced,
    changed: a.changed + b.changed,
    still_unpriced: [...models].map(([model, events]) => ({ model, events })),
    difference_usd: a.difference_usd + b.difference_usd,
    list_difference_usd: a.list_difference_usd + b.list_difference_usd,
  };
}

const signed = (usd: number): string => `${usd < 0 ? "−" : "+"}${shortUsd(Math.abs(usd))}`;

export function repriceWords({ events, changed, still_unpriced, difference_usd, list_difference_usd }: Result): string {
  const unpriced = still_unpriced.reduce((sum, one) => sum + one.events, 0);
  const left =
    unpriced === 0
      ? ""
      : ` ${counted(unpriced, "event")} of ${counted(still_unpriced.length, "model")} still have no price.`;
  if (changed === 0) return `${counted(events, "event")} computed again; no cost changed.${left}`;
  const list =
    Math.abs(list_difference_usd - difference_usd) < 1e-9 ? "" : `, ${signed(list_difference_usd)} at list price`;
  return `${counted(events, "event")} computed again: ${counted(changed, "cost")} changed, ${signed(difference_usd)} billed${list}.${left}`;
}

export function useReprice() {
  const [words, setWords] = useState<string>();
  const command = useCommand({
    send: repriceAll,
    changes: ["costs", "obs", "event"],
  });
  const run = async (input: Input): Promise<boolean> => {
    setWords(undefined);
    const result = await command.run(input);
    if (result) setWords(repriceWords(result));
    return result !== undefined;
  };
  return { run, words, isRunning: command.isRunning };
}
