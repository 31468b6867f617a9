/** The SQL functions for device codes. Their table lies outside any workspace. */
import type { Limits } from "../../auth/index.ts";
import type { PublicTx, Tx } from "../../kernel/db/tx.ts";
import type { Device } from "../schema.ts";

type Status = "waiting" | "approved" | "denied" | "used";

async function take(tx: PublicTx | Tx, bucket: string, { perMinute, perHour }: Limits): Promise<number | null> {
  const [row] = await tx.statement<{ wait: number | null }>(
    "devices.take-request",
    "select take_request(array[$1], array[$2::int], array[$3::int]) as wait",
    [bucket, perMinute, perHour],
  );
  return row?.wait ?? null;
}

/** Returns the seconds to wait, or null when the request was counted for the network. */
export async function takeRequestOf(tx: PublicTx, ip: string, limits: Limits): Promise<number | null> {
  const [row] = await tx.statement<{ network: string }>("devices.network", "select caller_network($1) as network", [
    ip,
  ]);
  return take(tx, `device network ${row?.network ?? ""}`, limits);
}

/** Returns the seconds to wait, or null when the entry was counted for the person. */
export async function takeEntryOf(tx: Tx, userId: string, limits: Limits): Promise<number | null> {
  return take(tx, `device person ${userId}`, limits);
}

export interface NewCode {
  id: string;
  deviceHash: string;
  userHash: string;
  clientName: string;
  agentName: string | null;
  ip: string;
}

export async function issueCode(
  tx: PublicTx,
  { id, deviceHash, userHash, clientName, agentName, ip }: NewCode,
  { minutes, most }: { minutes: number; most: number },
): Promise<"stored" | "full" | "taken"> {
  const [row] = await tx.statement<{ done: "stored" | "full" | "taken" }>(
    "devices.issue",
    "select issue_device_code($1, $2, $3, $4, $5, $6, make_interval(mins => $7), $8) as done",
    [id, deviceHash, userHash, clientName, agentName, ip, minutes, most],
  );
  return row?.done ?? "taken";
}

/** Locks the row. Returns undefined when the code is unknown or expired, or another workspace decided. */
export async function lockCode(tx: Tx, userHash: string): Promise<(Device & { status: Status }) | undefined> {
  const [row] = await tx.statement<Device & { status: Status }>(
    "devices.lock",
    "select id, client_name, agent_name, ip, status, created_at, expires_at from lock_device_code($1, $2)",
    [userHash, tx.workspace],
  );
  return row;
}

export interface Decision {
  id: string;
  decision: "approved" | "denied";
  personId: string;
  agentId: string | null;
}

export async function saveDecision(tx: Tx, { id, decision, personId, agentId }: Decision): Promise<void> {
  const text = "select decide_device_code($1, $2, $3, $4, $5) as decided";
  await tx.statement("devices.decide", text, [id, decision, tx.workspace, personId, agentId]);
}

export interface Polled {
  id: string;
  client_name: string;
  status: Status;
  /** Null until a person decides. */
  workspace_id: string | null;
  person_id: string | null;
  agent_id: string | null;
  /** The last request was less than the interval ago. */
  is_early: boolean;
}

/** Notes the request and locks the row. Returns undefined when the code is unknown or expired. */
export async function pollCode(tx: PublicTx, deviceHash: string, seconds: number): Promise<Polled | undefined> {
  const [row] = await tx.statement<Polled>(
    "devices.poll",
    `select id, client_name, status, workspace_id, person_id, agent_id, is_early
     from poll_device_code($1, make_interval(secs => $2))`,
    [deviceHash, seconds],
  );
  return row;
}

export async function saveUsed(tx: Tx, id: string): Promise<void> {
  await tx.statement("devices.use", "select use_device_code($1)", [id]);
}
