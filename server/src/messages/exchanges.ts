/** What happens at the end of what two parties may say: something came of it and they go on, or the sender is told why. */
import type { Tx } from "../kernel/db/db.ts";
import { tookStep } from "../tasks/index.ts";
import { hopLimit, obligationLimit, unansweredLimit } from "./rules.ts";
import { OBLIGATIONS_MAX, UNANSWERED_MAX } from "./schema.ts";
import { beginAgain, type Exchange, listExchanges, lockObligations } from "./store/exchanges.ts";
import type { Outgoing } from "./store/send.ts";

/** Throws unless something came of what an agent said to all to whom it may say no more; then it counts from nothing. */
export async function requireMoreToSay(tx: Tx, message: Outgoing, hopsMax: number): Promise<void> {
  const { from_agent_id: sender } = message;
  if (sender === null) return;
  const recipients = message.recipients.flatMap(({ agent_id, user_id }) => agent_id ?? user_id ?? []);
  const exchanges = await listExchanges(tx, sender, recipients, hopsMax);
  const ended = exchanges.filter(({ is_agent, messages, chain }) =>
    is_agent ? messages >= hopsMax || chain >= hopsMax : messages >= UNANSWERED_MAX,
  );
  for (const exchange of ended) {
    if (await cameToSomething(tx, sender, exchange)) continue;
    throw exchange.is_agent ? hopLimit(hopsMax, exchange) : unansweredLimit(exchange);
  }
  await beginAgain(
    tx,
    sender,
    ended.map(({ recipient_id }) => recipient_id),
  );
}

async function cameToSomething(tx: Tx, sender: string, exchange: Exchange): Promise<boolean> {
  if (!exchange.is_agent) return exchange.is_read;
  return exchange.has_word || (await tookStep(tx, [sender, exchange.recipient_id], exchange.since));
}

/** Throws when the sender waits for as many answers as it may. */
export async function requireRoomForObligation(tx: Tx, sender: string | null): Promise<void> {
  if (sender !== null && (await lockObligations(tx, sender)) >= OBLIGATIONS_MAX) throw obligationLimit();
}
