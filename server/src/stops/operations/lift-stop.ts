import { changed, command } from "../../kernel/operation.ts";
import { stopLifted } from "../facts.ts";
import { stopHooks } from "../hooks.ts";
import { applyStops } from "../parts.ts";
import { partsToLift } from "../rules.ts";
import { Lifting, Stop } from "../schema.ts";
import { getStop, listFreed, saveLift } from "../store.ts";
import { oneToWire } from "../to-wire.ts";

export const liftStop = command({
  name: "stops.lift",
  summary: "Lift a stop, or some parts of it. Other stops stay in force.",
  description:
    "Tasks start again within seconds. Attempts that have not ended yet go on, unless another stop asks them to end. " +
    "Agents and service keys cannot lift a stop.",
  route: "POST /stops/{id}/lift",
  permission: "risk:write",
  pastQuota: "passes",
  // Starts and keys change together, and two lifts of one stop run one after the other.
  changesCredentials: true,
  input: Lifting,
  output: Stop,
  problems: ["not_found", "conflict"],
  async run({ tx, actor, now }, { id, what, reason }) {
    const stop = await getStop(tx, id);
    const lifted = [...partsToLift(stop, what)];
    const rest = stop.in_force.filter((part) => !lifted.includes(part));
    const user_id = actor.kind === "user" ? actor.id : null;
    await saveLift(tx, id, rest, { what: lifted, reason, user_id, at: now.toISOString() });
    await applyStops(tx, lifted);
    if (lifted.includes("running")) await stopHooks.letGoOn(tx, await listFreed(tx, id));
    const { scope, agent_id } = stop;
    return changed(
      await oneToWire(tx, await getStop(tx, id)),
      stopLifted(id, { scope, what: lifted, in_force: rest, reason }, { agent_id }),
    );
  },
});
