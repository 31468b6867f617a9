import { uuidv7 } from "uuidv7";
import { requireAgent } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { requirePerson } from "../decisions.ts";
import { bypassStarted } from "../facts.ts";
import { BYPASSES_MAX, Bypass, type BypassRow, NewBypass } from "../rule-schema.ts";
import { readClock } from "../store/actions.ts";
import { insertBypass, listBypasses, lockNumber } from "../store/standing.ts";
import { bypassToWire } from "../to-wire.ts";

const MINUTE_MS = 60_000;

export const startBypass = command({
  name: "actions.start_bypass",
  summary: "Approve what agents propose without a decision, for at most eight hours.",
  description: "A standing rule that rejects still rejects, and caps and stops still apply. Each use names the bypass.",
  route: "POST /agent-actions/bypass",
  status: 201,
  permission: "actions:decide",
  input: NewBypass,
  output: Bypass,
  problems: ["forbidden", "not_found", "conflict"],
  async run({ tx, actor }, { agent_id = null, minutes, reason }) {
    requirePerson(actor);
    await lockNumber(tx);
    if (agent_id !== null) await requireAgent(tx, agent_id);
    if ((await listBypasses(tx)).length >= BYPASSES_MAX)
      throw new Problem("conflict", `At most ${BYPASSES_MAX} bypasses are in force at once.`);
    const at = await readClock(tx);
    const bypass: BypassRow = {
      id: uuidv7(),
      agent_id,
      reason,
      uses: 0,
      started_by: actor.id,
      started_at: at.toISOString(),
      ends_at: new Date(at.getTime() + minutes * MINUTE_MS).toISOString(),
      ended_at: null,
      ended_by: null,
    };
    await insertBypass(tx, bypass);
    const data = { reason, minutes, ends_at: bypass.ends_at };
    return changed(bypassToWire(bypass, at), bypassStarted(bypass.id, data, { agent_id }));
  },
});
