/** The webhooks of the workspace, which send facts to programs. */
import type { Webhook } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { NewSecret } from "../../domain/outbox/new-secret.tsx";
import { disabledText, LastError, ReceiverState } from "../../domain/outbox/receiver-state.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { factsText } from "./fact-types.ts";
import type { WebhooksSearch } from "./search.ts";

const WebhookForm = lazyPart(() => import("./webhook-form.tsx"), "WebhookForm");
const route = getRouteApi("/webhooks");

export function WebhooksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: WebhooksSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  // The secret is held only here, and only until the dialog is closed.
  const [made, setMade] = useState<{ id: string; secret: string }>();
  const list = useList({
    key: ["webhooks", "list"],
    page: (client, at, call) => client.webhooks.list(at, call),
    idOf: ({ id }) => id,
    one: (client, id) => client.webhooks.get({ id }),
  });
  const denied = useDenied("webhooks:write");
  const create = () => set({ create: "yes" });
  useHotkeys([{ keys: "c", label: "Create a webhook", denied, run: create }]);
  return (
    <Page
      title="Webhooks"
      actions={
        <Button look="primary" keys="c" denied={denied} onClick={create}>
          <Plus aria-hidden className="size-4" />
          New webhook
        </Button>
      }
    >
      <Table<Webhook>
        label="Webhooks"
        list={list}
        columns={COLUMNS}
        idOf={({ id }) => id}
        nameOf={({ url }) => url}
        hrefOf={({ id }) => `/webhooks/${id}`}
        rowPx={60}
        phone={(webhook) => <WebhookLines of={webhook} />}
        empty={<NoWebhooks denied={denied} onCreate={create} />}
        foot="Each delivery is one signed fact. An answer of 2xx within 10 s delivers it; otherwise it is sent again, at last after 4 h. After 50 failures in a row nothing more is sent until you enable the webhook again."
      />
      <Suspense>
        {search.create === "yes" && (
          <WebhookForm
            onClose={() => set({ create: undefined })}
            onCreated={(created) => {
              set({ create: undefined });
              setMade(created);
            }}
          />
        )}
      </Suspense>
      {made && <MadeWebhook {...made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

function MadeWebhook({ id, secret, onClose }: { id: string; secret: string; onClose: () => void }) {
  const { run, isRunning } = useCommand({
    send: ({ webhooks }) => webhooks.sendTest({ id }),
    changes: ["webhooks"],
    done: "Test sent",
  });
  return <NewSecret secret={secret} onClose={onClose} test={{ run: () => void run(undefined), isRunning }} />;
}

function NoWebhooks({ denied, onCreate }: { denied: string | undefined; onCreate: () => void }) {
  return (
    <Empty
      title="No webhooks yet. A webhook sends the facts of this workspace to a program of yours."
      icon={<WebhookIcon className="size-6" strokeWidth={1.5} />}
    >
      <Button look="primary" denied={denied} onClick={onCreate}>
        Create a webhook
      </Button>
    </Empty>
  );
}

const COLUMNS: readonly Column<Webhook>[] = [
  { id: "url", header: "Address", width: "minmax(220px,1.6fr)", cell: (webhook) => <WebhookTitle of={webhook} /> },
  {
    id: "types",
    header: "Facts",
    width: "minmax(140px,1fr)",
    cell: ({ fact_types }) => <span className="text-ink-2">{factsText(fact_types)}</span>,
  },
  {
    id: "state",
    header: "State",
    width: "minmax(180px,1.2fr)",
    cell: (webhook) => (
      <span className="flex flex-col items-start *:max-w-full">
        <ReceiverState of={webhook} />
        <Why of={webhook} />
      </span>
    ),
  },
  { id: "pending", header: "Waiting", width: "72px", isRight: true, cell: ({ pending }) => <Count value={pending} /> },
  {
    id: "delivered",
    header: "Delivered",
    width: "96px",
    isRight: true,
    cell: ({ last_delivered_at }) => (
      <span className="text-sm text-ink-2">
        <Time at={last_delivered_at} empty="never" />
      </span>
    ),
  },
];

/** Why it is disabled or fails. */
function Why({ of: webhook }: { of: Webhook }) {
  const why = disabledText(webhook);
  return why === undefined ? <LastError of={webhook} /> : <span className="truncate text-sm text-ink-2">{why}</span>;
}

function WebhookTitle({ of: { url, description } }: { of: Webhook }) {
  return (
    <span className="flex min-w-0 flex-col items-start *:max-w-full">
      <AgentLine text={url} className="truncate font-medium" />
      <AgentLine text={description || "without a description"} className="truncate text-sm text-ink-3" />
    </span>
  );
}

function WebhookLines({ of: webhook }: { of: Webhook }) {
  return (
    <div className="space-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <WebhookTitle of={webhook} />
        <span className="ml-auto shrink-0">
          <ReceiverState of={webhook} />
        </span>
      </div>
      <div className="truncate text-sm text-ink-2">{factsText(webhook.fact_types)}</div>
    </div>
  );
}
