/** The one rule about who reads a message. Every read of messages applies it; `search_messages` repeats its text. */
import type { Actor } from "../../kernel/actor.ts";

export interface Reader {
  id: string | null;
  readsAll: boolean;
}

/** Owners and admins may read all messages. Other people, agents and services read direct messages only as an end. */
export function readerOf({ kind, id, role }: Actor): Reader {
  return {
    id: kind === "agent" || kind === "user" ? id : null,
    readsAll: kind === "system" || (kind === "user" && (role === "owner" || role === "admin")),
  };
}

/** Returns the condition on a message. `reader` and `readsAll` are parameters of a statement, or texts of `inText`. */
export function readable(message: string, { reader, readsAll }: Record<"reader" | "readsAll", string>): string {
  const ends = ["from_agent_id", "from_user_id", "to_agent_id", "to_user_id"].map((end) => `${message}.${end}`);
  return `(${readsAll} or ${reader} in (${ends.join(", ")})
    or not exists (select from threads rt where rt.workspace_id = ${message}.workspace_id and rt.id = ${message}.thread_id
      and rt.kind = 'direct'))`;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Returns the reader as text, for statements that are built for each call. */
export function inText({ id, readsAll }: Reader): Record<"reader" | "readsAll", string> {
  if (id !== null && !UUID.test(id)) throw new Error("The id of a reader is not a UUID.");
  return { reader: id === null ? "null::uuid" : `'${id}'::uuid`, readsAll: String(readsAll) };
}
