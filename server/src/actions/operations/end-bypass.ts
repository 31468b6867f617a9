import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { requirePerson } from "../decisions.ts";
import { bypassEnded } from "../facts.ts";
import { requireBypassOpen } from "../rule-rules.ts";
import { Bypass, type BypassRow } from "../rule-schema.ts";
import { readClock } from "../store/actions.ts";
import { lockBypass, saveBypass } from "../store/standing.ts";
import { bypassToWire } from "../to-wire.ts";

export const endBypass = command({
  name: "actions.end_bypass",
  summary: "End a bypass now. What it approved is still sent.",
  route: "POST /agent-actions/bypass/{id}/end",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Bypass,
  problems: ["not_found", "forbidden", "conflict"],
  async run({ tx, actor }, { id }) {
    requirePerson(actor);
    const bypass = await lockBypass(tx, id);
    const at = await readClock(tx);
    requireBypassOpen(bypass, at);
    const ended: BypassRow = { ...bypass, ended_at: at.toISOString(), ended_by: actor.id };
    await saveBypass(tx, ended);
    const { uses, ends_at, agent_id } = bypass;
    return changed(bypassToWire(ended, at), bypassEnded(id, { ended_by: actor.id, uses, ends_at }, { agent_id }));
  },
});
