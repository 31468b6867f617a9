/** The shape of a fact as callers read it. */
import Type, { type Static } from "typebox";
import { ActorKind, Fields, Id, Nullable, Time } from "../schema.ts";

export const FactActor = Fields({
  kind: ActorKind,
  id: Type.String(),
  key_id: Nullable(Id),
});

/** Names of the parts that the list of types decides; the kernel knows no type. */
export const FACT_TITLES = { fact: "Fact", type: "FactType", kind: "SubjectKind", data: "FactData" } as const;

/** A fact as every surface shows it. */
export const FactOnWire = Fields(
  {
    id: Id,
    type: Type.String({ title: FACT_TITLES.type }),
    actor: FactActor,
    subject: Fields({ kind: Type.String({ title: FACT_TITLES.kind }), id: Id }),
    data: Type.Record(Type.String(), Type.Unknown(), { title: FACT_TITLES.data }),
    request_id: Type.String(),
    trace_id: Nullable(Type.String()),
    created_at: Time,
  },
  { title: FACT_TITLES.fact },
);
export type FactOnWire = Static<typeof FactOnWire>;
