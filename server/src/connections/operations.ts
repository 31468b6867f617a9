/** The operations on connections. */
import type { Operation } from "../kernel/operation.ts";
import { acceptTools } from "./operations/accept-tools.ts";
import { checkConnection } from "./operations/check-connection.ts";
import { createConnection } from "./operations/create-connection.ts";
import { disconnectConnection } from "./operations/disconnect-connection.ts";
import { getConnection } from "./operations/get-connection.ts";
import { listConnections } from "./operations/list-connections.ts";
import { listTools } from "./operations/list-tools.ts";
import { updateConnection } from "./operations/update-connection.ts";

export const CONNECTION_OPERATIONS: readonly Operation[] = [
  createConnection,
  listConnections,
  getConnection,
  updateConnection,
  checkConnection,
  disconnectConnection,
  listTools,
  acceptTools,
];
