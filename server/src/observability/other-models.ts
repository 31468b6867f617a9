/** Limits the models that the sums of an agent and a day name: a sender may invent names without end. */
import type { ReadTx } from "../kernel/db/tx.ts";
import type { EventRow } from "./schema.ts";
import { NAMES_MAX, usedNames } from "./store/names.ts";

type Named = Pick<EventRow, "agent_id" | "occurred_at" | "provider" | "model">;

/** Returns the events that count under the name for all further models. Events without a name have a place of their own. */
export async function ofOtherModels<T extends Named>(tx: ReadTx, events: readonly T[]): Promise<ReadonlySet<T>> {
  const named = events.filter(({ provider, model }) => provider !== null || model !== null);
  const days = new Map(named.map((event) => [dayKey(event), { agent_id: event.agent_id, day: dayOf(event) }]));
  const used = new Map<string, Set<string>>([...days.keys()].map((key) => [key, new Set<string>()]));
  for (const { agent_id, day, provider, model } of await usedNames(tx, [...days.values()]))
    used.get(`${agent_id} ${day}`)?.add(nameOf({ provider, model }));
  return new Set(
    named.filter((event) => {
      const names = used.get(dayKey(event));
      const name = nameOf(event);
      if (!names || names.has(name)) return false;
      if (names.size >= NAMES_MAX) return true;
      names.add(name);
      return false;
    }),
  );
}

function dayOf({ occurred_at }: Named): string {
  return occurred_at.slice(0, 10);
}

function dayKey(event: Named): string {
  return `${event.agent_id} ${dayOf(event)}`;
}

function nameOf({ provider, model }: Pick<Named, "provider" | "model">): string {
  return JSON.stringify([provider ?? "", model ?? ""]);
}
