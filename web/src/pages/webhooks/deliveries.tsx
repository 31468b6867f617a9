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
import { Count, counted } from "../../ui/count.tsx";
import { Id } from "../../ui/id.tsx";
import { ShortTable } from "../../ui/short-table.tsx";
import type { Column } from "../../ui/table-row.tsx";
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
    <ShortTable<Delivery>
      label="Deliveries"
      list={list}
      columns={columnsOf(is_enabled)}
      idOf={(delivery) => delivery.id}
      lines={(delivery) => <DeliveryLines of={delivery} isEnabled={is_enabled} />}
      empty="Nothing was sent yet."
    />
  );
}

function columnsOf(isEnabled: boolean): readonly Column<Delivery>[] {
  return [
    { id: "state", header: "State", width: "116px", cell: ({ status }) => <Chip {...LOOKS[status]} isPlain /> },
    {
      id: "fact",
      header: "Fact",
      width: "minmax(140px,200px)",
      cell: ({ fact_type }) => <span className="font-mono text-sm">{fact_type}</span>,
    },
    {
      id: "attempts",
      header: "Attempts",
      width: "68px",
      isRight: true,
      cell: ({ attempt }) => (attempt === 0 ? <span className="text-ink-3">–</span> : <Count value={attempt} />),
    },
    {
      id: "result",
      header: "Result",
      width: "minmax(160px,1fr)",
      cell: (delivery) => <Result of={delivery} isEnabled={isEnabled} />,
    },
    { id: "id", header: "webhook-id", width: "96px", cell: ({ id }) => <Id id={id} label="webhook-id" /> },
    {
      id: "when",
      header: "When",
      width: "72px",
      isRight: true,
      cell: ({ finished_at, created_at }) => (
        <span className="text-sm text-ink-3">
          <Time at={finished_at ?? created_at} />
        </span>
      ),
    },
    {
      id: "again",
      header: "Actions",
      isHeaderHidden: true,
      width: isEnabled ? "96px" : "0px",
      isRight: true,
      cell: (delivery) => <SendAgain of={delivery} isEnabled={isEnabled} />,
    },
  ];
}

/** The answer or the failure, and what a waiting delivery waits for. */
function Result({ of: { status, attempt, error, response_status, next_attempt_at }, isEnabled }: LineProps) {
  const waits =
    status !== "pending" ? null : !isEnabled ? (
      "waits until the webhook is enabled"
    ) : next_attempt_at === null ? (
      "waits for an earlier fact of its subject"
    ) : attempt > 0 ? (
      <>
        next in <Countdown until={next_attempt_at} />
      </>
    ) : (
      "not tried yet"
    );
  return (
    <span className="flex min-w-0 gap-2 text-sm text-ink-2 max-sm:flex-wrap">
      {waits && <span className="shrink-0">{waits}</span>}
      {error === null ? (
        response_status !== null && <span>answer {response_status}</span>
      ) : (
        <AgentLine text={error} className="min-w-0 truncate max-sm:whitespace-normal" />
      )}
    </span>
  );
}

interface LineProps {
  of: Delivery;
  isEnabled: boolean;
}

function SendAgain({ of: { id, status }, isEnabled }: LineProps) {
  const denied = useDenied("webhooks:write");
  const { run, isRunning } = useCommand({
    send: ({ webhooks }) => webhooks.redeliver({ id }),
    changes: ["webhooks"],
    done: "Sent again",
  });
  // Nothing is sent while the webhook is disabled, and the page says so once.
  if (status === "pending" || !isEnabled) return null;
  return (
    <Button size="small" denied={denied} isBusy={isRunning} onClick={() => void run(undefined)}>
      Send again
    </Button>
  );
}

/** A delivery in lines, on a phone. */
function DeliveryLines({ of: delivery, isEnabled }: LineProps) {
  const { id, fact_type, status, attempt, finished_at, created_at } = delivery;
  return (
    <div className="space-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <Chip {...LOOKS[status]} isPlain />
        <span className="min-w-0 truncate font-mono text-sm">{fact_type}</span>
        <span className="ml-auto shrink-0 text-sm text-ink-3">
          <Time at={finished_at ?? created_at} />
        </span>
      </div>
      <Result of={delivery} isEnabled={isEnabled} />
      <div className="flex items-center gap-3 text-sm text-ink-2">
        {attempt > 0 && counted(attempt, "attempt")}
        <Id id={id} label="webhook-id" />
        <span className="ml-auto">
          <SendAgain of={delivery} isEnabled={isEnabled} />
        </span>
      </div>
    </div>
  );
}
