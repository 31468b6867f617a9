/** Runs each attack of one tenant while another tenant makes ordinary calls. */
import { ATTACKS, type Attack, type Scale } from "./attacks.ts";
import { createSender, pause } from "./send.ts";
import { type Admin, aTenant, type TenantMaker } from "./tenant.ts";
import { type Heard, leaseNoticedMs, ordinaryCalls } from "./victim.ts";

export interface Target extends TenantMaker {
  /** The port of the server on this machine. */
  port: number;
  admin: Admin;
}

export interface Length {
  scale: Scale;
  /** The time of the victim's calls without an attack. */
  aloneMs: number;
  attackMs: number;
  /** The pause between two attacks. */
  restMs: number;
  victims: number;
  leaseWaitMs: number;
}

export interface Outcome {
  name: string;
  alone: Heard;
  under: Heard;
  /** The number of answers to the attack, by status. */
  statuses: Record<number, number>;
  notes: readonly string[];
  /** The time from the end of the victim's lease until the server has noticed it. */
  leaseMs?: number;
}

const HOSTILE_AGENTS = 4;
/** Every tenant and stranger has its own network. */
const VICTIM = "198.51.100.1";
const STRANGER = "203.0.113.";

export async function runHostile(
  target: Target,
  length: Length,
  { only = "", onOutcome }: { only?: string; onOutcome(outcome: Outcome): void },
): Promise<void> {
  const victim = await aTenant(target, length.victims);
  const sender = createSender(target.port, VICTIM);
  // Warms up the server: first calls take longer.
  await ordinaryCalls(sender, victim, length.aloneMs);
  for (const [number, attack] of ATTACKS.entries()) {
    if (!attack.name.includes(only)) continue;
    const ordinary = (ms: number) => ordinaryCalls(sender, victim, ms);
    const lease = () => leaseNoticedMs(sender, victim, length.leaseWaitMs);
    onOutcome(await runAttack(target, attack, { length, ordinary, lease, network: `${STRANGER}${number + 1}` }));
    await pause(length.restMs);
  }
  sender.close();
}

interface Round {
  length: Length;
  ordinary(ms: number): Promise<Heard>;
  lease(): Promise<number>;
  network: string;
}

async function runAttack(target: Target, attack: Attack, round: Round): Promise<Outcome> {
  const { length, ordinary } = round;
  const tenant = await aTenant(target, HOSTILE_AGENTS);
  const sender = createSender(target.port, round.network);
  const over = new AbortController();
  const statuses = new Map<number, number>();
  const { admin } = target;
  const notes: string[] = [];
  const { scale } = length;
  const run = await attack.prepare({ tenant, sender, admin, scale, signal: over.signal, statuses, notes });
  await pause(length.restMs);
  statuses.clear();
  const alone = await ordinary(length.aloneMs);
  const attacking = run();
  const [under, leaseMs] = await Promise.all([
    ordinary(length.attackMs),
    attack.watchesLease ? round.lease() : undefined,
  ]);
  over.abort();
  sender.close();
  await attacking;
  const answered = Object.fromEntries(statuses);
  return { name: attack.name, alone, under, statuses: answered, notes, ...(leaseMs !== undefined && { leaseMs }) };
}
