/** The shape of the explanation of a fact. */
import Type, { type Static } from "typebox";
import { FactActor, FactOnWire } from "../kernel/facts/schema.ts";
import { Fields, Id, JsonObject, Literals, Nullable, Time } from "../kernel/schema.ts";

const Because = Literals(
  ["key", "agent", "status", "task", "policy", "change", "request", "approval", "grant", "grant_use", "grant_end"],
  { title: "Because", description: "The part of the explanation that the fact shows." },
);
export type Because = Static<typeof Because>;

const from = { fact_id: Id, since: Time };

/** Everything as it stood when the fact was stored. */
export const Why = Fields({
  fact: FactOnWire,
  policy_revision: Nullable(
    Fields({ policy_id: Id, revision: Nullable(Type.Integer()), settings: JsonObject, ...from }),
  ),
  agent_revision: Nullable(Fields({ agent_id: Id, revision: Nullable(Type.Integer()), ...from })),
  grant: Nullable(Fields({ grant_id: Id, uses: Type.Integer(), ended: Type.Boolean(), terms: JsonObject, ...from })),
  approval: Nullable(Fields({ request_id: Id, outcome: Type.String(), actor: FactActor, terms: JsonObject, ...from })),
  headroom: Nullable(JsonObject),
  chain: Type.Array(Fields({ because: Because, fact: FactOnWire }), { description: "Oldest first." }),
});
export type Why = Static<typeof Why>;
