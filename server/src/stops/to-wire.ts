/** Converts stops to their shape on the wire. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { stateOf } from "./rules.ts";
import type { Stop } from "./schema.ts";
import { type CountedStop, listAttempts } from "./store.ts";

/** The attempts that one stop shows alone, and in a list. */
export const SHOWN_ALONE = 200;
export const SHOWN_IN_LIST = 10;

export async function toWire(tx: ReadTx, stops: readonly CountedStop[], most: number): Promise<Stop[]> {
  const attempts = await listAttempts(
    tx,
    stops.map(({ id }) => id),
    most,
  );
  return stops.map((stop) => {
    const { by_kind, by_id, confirmed_at: _confirmed, ...row } = stop;
    return {
      ...row,
      stopped_by: { kind: by_kind, id: by_id },
      state:
        stop.confirmed_count < stop.running_count && (stop.drill ? stop.what : stop.in_force).includes("running")
          ? "stopping"
          : "stopped",
      running: (attempts.get(stop.id) ?? []).map(({ task_id, agent_id, heard_at, confirmed_at }) => ({
        task_id,
        agent_id,
        state: stateOf({ confirmed_at }, stop, tx.now),
        heard_at,
        confirmed_at: stop.drill ? null : confirmed_at,
      })),
    };
  });
}

export async function oneToWire(tx: ReadTx, stop: CountedStop): Promise<Stop> {
  const [wire] = await toWire(tx, [stop], SHOWN_ALONE);
  if (!wire) throw new Error("A stop has one shape.");
  return wire;
}
