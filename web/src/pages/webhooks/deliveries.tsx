/** The deliveries of a webhook, newest first. */
import type { Delivery, Webhook } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleX } from "lucide-react";
import { useEffect } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { Chip } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Id } from "../../ui/id.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { Countdown, Time } from "../../ui/time.tsx";

const PAGE_SIZE = 20;

const LOOKS = {
  pending: { tone: "queued", icon: CircleDashed, word: "Waiting" },
  delivered: { tone: "completed", icon: CircleCheck, word: "Delivered" },
  dead: { tone: "failed", icon: CircleX, word: "Not delivered" },
} as const;

export function Deliveries({
  webhook: { id, is_enabled, pending, last_delivered_at, last_status },
}: {
  webhook: Webhook;
}) {
  const { workspace } = useSession();
  const cache = useQueryClient();
  const list = useList({
    key: ["webhooks", "deliveries", id],
    page: (client, at, call) => client.webhooks.listDeliveries({ ...at, id }, call),
    idOf: (delivery) => delivery.id,
    pageSize: PAGE_SIZE,
  });
  // Deliveries are no facts. The state of the webhook is read every few seconds, and a change of it reads them again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the state reads the list again.
  useEffect(() => {
    void cache.invalidateQueries({ queryKey: [workspace.id, "webhooks", "deliveries", id] });
  }, [cache, workspace.id, id, pending, last_delivered_at, last_status]);
  return (
    <ShortList label="Deliveries" list={list} idOf={(delivery) => delivery.id} empty="Nothing was sent yet.">
      {(delivery) => <DeliveryLine of={delivery} isEnabled={is_enabled} />}
    </ShortList>
  );
}

function DeliveryLine({ of: delivery, isEnabled }: { of: Delivery; isEnabled: boolean }) {
  const { id, fact_type, status, attempt, error, next_attempt_at, created_at, finished_at } = delivery;
  const mayWrite = useDenied("webhooks:write");
  const { run, isRunning } = useCommand({
    send: ({ webhooks }) => webhooks.redeliver({ id }),
    changes: ["webhooks"],
    done: "Sent again",
  });
  const denied = mayWrite ?? (isEnabled ? undefined : "Enable the webhook first.");
  return (
    <div className="flex min-w-0 items-start gap-3">
      <div className="min-w-0 grow">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2">
          <Chip {...LOOKS[status]} isPlain />
          <span className="font-mono text-sm">{fact_type}</span>
          <span className="text-sm text-ink-3">
            <Time at={finished_at ?? created_at} />
          </span>
        </div>
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm text-ink-2">
          <span>{attempt === 0 ? "not tried yet" : counted(attempt, "attempt")}</span>
          {status === "pending" && next_attempt_at !== null && attempt > 0 && (
            <span>
              next <Countdown until={next_attempt_at} />
            </span>
          )}
          {status === "pending" && next_attempt_at === null && <span>waits for an earlier fact of its subject</span>}
          <Id id={id} label="webhook-id" />
        </div>
        {error !== null && <AgentLine text={error} className="block text-sm break-words text-failed" />}
      </div>
      {status !== "pending" && (
        <Button size="small" denied={denied} isBusy={isRunning} onClick={() => void run(undefined)}>
          Send again
        </Button>
      )}
    </div>
  );
}
