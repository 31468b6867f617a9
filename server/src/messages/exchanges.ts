/** Limits the messages between two parties without progress. At the limit, progress resets the count. */
import type { Tx } from "../kernel/db/tx.ts";
import { tookStep } from "../tasks/index.ts";
import { hopLimit, obligationLimit, unansweredLimit } from "./rules.ts";
import { OBLIGATIONS_MAX, UNANSWERED_MAX } from "./schema.ts";
import { type Exchange, listExchanges, lockObligations, resetExchanges } from "./store/exchanges.ts";
import type { Outgoing } from "./store/send.ts";

/**
 * Checks the exchanges in which the agent has reached its limit. Throws unless each of them led to progress. Then their
 * counts start again at zero.
 */
export async function requireProgress(tx: Tx, message: Outgoing, hopsMax: number): Promise<void> {
  const { from_agent_id: sender } = message;
  if (sender === null) return;
  const recipients = message.recipients.flatMap(({ agent_id, user_id }) => agent_id ?? user_id ?? []);
  const exchanges = await listExchanges(tx, sender, recipients, hopsMax);
  const ended = exchanges.filter(({ is_agent, messages, chain }) =>
    is_agent ? messages >= hopsMax || chain >= hopsMax : messages >= UNANSWERED_MAX,
  );
  for (const exchange of ended) {
    if (await hasProgress(tx, sender, exchange)) continue;
    throw exchange.is_agent ? hopLimit(hopsMax, exchange) : unansweredLimit(exchange);
  }
  await resetExchanges(
    tx,
    sender,
    ended.map(({ recipient_id }) => recipient_id),
  );
}

async function hasProgress(tx: Tx, sender: string, exchange: Exchange): Promise<boolean> {
  if (!exchange.is_agent) return exchange.is_read;
  return exchange.has_word || (await tookStep(tx, [sender, exchange.recipient_id], exchange.since));
}

/** Throws when the sender already waits for the maximum number of answers. */
export async function requireRoomForObligation(tx: Tx, sender: string | null): Promise<void> {
  if (sender !== null && (await lockObligations(tx, sender)) >= OBLIGATIONS_MAX) throw obligationLimit();
}
