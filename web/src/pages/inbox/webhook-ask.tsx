/** A webhook that the server disabled. */
import type { Webhook } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { disabledText, LastError } from "../../domain/outbox/receiver-state.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { counted } from "../../ui/count.tsx";

export function WebhookAsk({ webhook }: { webhook: Webhook }) {
  const { id, url, pending } = webhook;
  return (
    <section className="space-y-4 p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        <AgentLine text={url} />
      </h2>
      <p>Nothing is sent to this webhook any more. {disabledText(webhook)}</p>
      <LastError of={webhook} />
      {pending > 0 && (
        <p className="text-sm text-ink-2">
          {counted(pending, "delivery waits", "deliveries wait")} and will be sent when you enable it.
        </p>
      )}
      <Link to="/webhooks/$id" params={{ id }} className="text-accent-ink hover:underline">
        Open the webhook
      </Link>
    </section>
  );
}
