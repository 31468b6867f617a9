/** The facts of the sealed record. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields } from "../kernel/schema.ts";

export const checkpointPublished = factType({
  type: "audit.checkpoint_published",
  subject: "workspace",
  meaning: "The newest signed checkpoint of the record, for receivers that keep it outside the server.",
  data: Fields({ checkpoint: Type.String(), size: Type.Integer(), key: Type.String() }),
});

export const witnessRefused = factType({
  type: "audit.witness_refused",
  subject: "workspace",
  meaning: "A witness does not cosign the record, because it has seen another one: facts were changed or removed.",
  data: Fields({ witness: Type.String(), problem: Type.String() }),
});

export const payloadsTrimmed = factType({
  type: "audit.payloads_trimmed",
  subject: "workspace",
  meaning: "The large data of facts that are older than the retention was deleted. The facts and their hashes stay.",
  data: Fields({
    before: Type.String({ description: "The day before which the facts were stored." }),
    facts: Type.Integer(),
    bytes: Type.Integer({ description: "The freed bytes, as the database stored them." }),
  }),
});

export const AUDIT_FACTS = [checkpointPublished, witnessRefused, payloadsTrimmed] as const;
