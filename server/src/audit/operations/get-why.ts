import { findById } from "../../kernel/facts/by-id.ts";
import { toWire } from "../../kernel/facts/list.ts";
import { factsAsOf } from "../../kernel/facts/whole.ts";
import { query } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { REPORTED_EVENTS } from "../../tasks/index.ts";
import { furtherReferences, referencesOf, whyOf } from "../why-rules.ts";
import { Why } from "../why-schema.ts";

export const getWhy = query({
  name: "audit.get_why",
  summary: "Explain a fact, a refusal too: what was in force when it was stored.",
  description:
    "The revisions of the policy and of the agent, the grant, the decision on a request and the headroom are those of that " +
    "moment, not of now. chain has the facts that say so. What does not apply is null.",
  route: "GET /audit/{id}/why",
  permission: "audit:read",
  input: Fields({ id: Id }),
  output: Why,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const row = await findById(tx, id);
    if (!row) throw notFound("fact", id);
    // A caller chose all data of a reported fact, so it names nothing and decided nothing.
    const own = REPORTED_EVENTS.types.includes(row.type) ? {} : row.data;
    const found = await factsAsOf(tx, row.seq, referencesOf({ ...row, data: own }));
    const further = await factsAsOf(tx, row.seq, furtherReferences(found));
    const all = [...found, ...further].map(([name, one]): [string, ReturnType<typeof toWire>] => [name, toWire(one)]);
    return whyOf(toWire(row), own, new Map(all));
  },
});
