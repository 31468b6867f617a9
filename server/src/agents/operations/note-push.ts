import Type from "typebox";
import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { agentPushed } from "../facts.ts";
import { getAgent } from "../store/agents.ts";
import { saveLink, savePresence } from "../store/calls.ts";

const Noted = Fields({ noted: Type.Boolean() });

export const notePush = command({
  name: "agents.note_push",
  summary: "Store the result of a push on its agent.",
  route: "POST /internal/agents/note-push",
  internal: true,
  permission: "agents:push",
  pastQuota: "passes",
  input: Fields({ id: Id, ...agentPushed.data.properties }),
  output: Noted,
  problems: ["not_found"],
  async run({ tx, now }, { id, ...push }) {
    await getAgent(tx, id);
    const { error, response_status } = push;
    await saveLink(tx, id, error === null ? { last_connected_at: now } : { last_error: error });
    // An agent that answers is there, also when it never calls.
    if (response_status !== null) await savePresence(tx, [id]);
    return changed({ noted: true }, agentPushed(id, push));
  },
});
