import { changed, command, unchanged } from "../../kernel/operation.ts";
import { connectionTested } from "../facts.ts";
import { afterTest, isSameTarget, requireConnected } from "../rules.ts";
import { ById, type ConnectionRow, Tested } from "../schema.ts";
import { openConnection } from "../sending.ts";
import type { TestResult } from "../services/adapter.ts";
import { serviceOf } from "../services/all.ts";
import { getConnection, lockConnection, saveConnection } from "../store/connections.ts";
import { saveSeen } from "../tools.ts";

export const checkConnection = command({
  name: "connections.check",
  summary:
    "Test a connection: call the service and say if it accepts the secret. Of an MCP server, this reads the tools.",
  route: "POST /connections/{id}/test",
  permission: "connections:write",
  input: ById,
  output: Tested,
  problems: ["not_found", "conflict", "overloaded"],
  async outside({ env, read }, { id }) {
    const { row, opened } = await read(async (tx) => {
      const row = await getConnection(tx, id);
      requireConnected(row);
      return { row, opened: await openConnection(tx, env, id) };
    });
    const outgoing = { allowed: env.settings.privateHosts };
    const outside = { outgoing, sendMail: env.sendMail, delivery: env.delivery };
    return { row, result: await serviceOf(row.service_type).test(opened, outside) };
  },
  async run({ tx, now, found }, { id }) {
    // `outside` returned it.
    const { row, result } = found as { row: ConnectionRow; result: TestResult };
    const { ok, message } = result;
    const tested = { ok, message, checked_at: now.toISOString() };
    const before = await lockConnection(tx, id);
    // Somebody disconnected or changed it meanwhile.
    if (before.status === "disconnected" || !isSameTarget(before, row)) return unchanged(tested);
    await saveConnection(tx, afterTest(before, result));
    const { name, service_type } = before;
    const facts = result.seen ? await saveSeen(tx, before, result.seen) : [];
    return changed(tested, connectionTested(id, { name, service_type, ok, message }), ...facts);
  },
});
