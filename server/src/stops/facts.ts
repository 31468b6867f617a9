/** Facts of stops. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields } from "../kernel/schema.ts";
import { Stop } from "./schema.ts";

const { scope, agent_id, root_task_id, what, in_force, reason, running_count, waiting_count } = Stop.properties;
const subject = "stop";
const began = { scope, agent_id, root_task_id, what, reason, running_count, waiting_count };

export const stopStarted = factType({
  type: "stop.started",
  subject,
  meaning: "An agent, a tree or the workspace was stopped.",
  data: Fields(began),
});

export const stopDrilled = factType({
  type: "stop.drilled",
  subject,
  meaning: "A drill recorded what a stop would do. Nothing was stopped.",
  data: Fields(began),
});

export const stopConfirmed = factType({
  type: "stop.confirmed",
  subject,
  meaning: "The last attempt that ran when a stop began is over.",
  data: Fields({ scope, running_count }),
});

export const stopLifted = factType({
  type: "stop.lifted",
  subject,
  meaning: "Parts of a stop were lifted.",
  data: Fields({ scope, what, in_force, reason: Type.String() }),
});

export const STOP_FACTS = [stopStarted, stopDrilled, stopConfirmed, stopLifted] as const;
