import { changed, command, unchanged } from "../../kernel/operation.ts";
import { connectionDisconnected } from "../facts.ts";
import { Connection, Disconnect } from "../schema.ts";
import { lockConnection, saveConnection } from "../store/connections.ts";
import { toWire } from "../to-wire.ts";

export const disconnectConnection = command({
  name: "connections.disconnect",
  summary: "Disconnect a service and delete its secret. Nothing more is sent through it.",
  route: "POST /connections/{id}/disconnect",
  aliases: ["POST /superpowers/{id}/disconnect"],
  permission: "connections:write",
  pastQuota: "passes",
  input: Disconnect,
  output: Connection,
  problems: ["not_found"],
  async run({ tx, actor }, { id, reason = null }) {
    const before = await lockConnection(tx, id);
    if (before.status === "disconnected") return unchanged(toWire(before, actor));
    const after = { ...before, status: "disconnected" as const, sealed_secret: null };
    await saveConnection(tx, after);
    const { name, service_type } = before;
    return changed(toWire(after, actor), connectionDisconnected(id, { name, service_type, reason }));
  },
});
