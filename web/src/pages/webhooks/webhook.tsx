/** One webhook: its state, its actions and its deliveries. */
import type { Webhook } from "@bailiwick/sdk";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { NewSecret } from "../../domain/outbox/new-secret.tsx";
import { disabledText, LastError, ReceiverState } from "../../domain/outbox/receiver-state.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Figure, Figures } from "../../ui/figures.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Page, Section, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { useWorkspaceHref } from "../../ui/use-workspace-href.ts";
import { Deliveries } from "./deliveries.tsx";

const WebhookForm = lazyPart(() => import("./webhook-form.tsx"), "WebhookForm");
const UP = { href: "/webhooks", label: "Go to webhooks" };
const route = getRouteApi("/webhooks/$id");
/** Deliveries are no facts, so the state is read again this often. */
const READ_EVERY_MS = 10_000;

export function WebhookPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useRead(
    ["webhooks", "get", id],
    (client, call) => client.webhooks.get({ id }, call),
    {
      everyMs: READ_EVERY_MS,
    },
  );
  if (!data) {
    return (
      <Page title="Webhook" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.description || new URL(data.url).host}
      up={UP}
      about={<ReceiverState of={data} />}
      actions={<WebhookActions of={data} />}
    >
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <WebhookDetail of={data} />
      </div>
    </Page>
  );
}

function WebhookDetail({ of: webhook }: { of: Webhook }) {
  const { id, url, fact_types, pending, created_at, last_delivered_at, consecutive_failures } = webhook;
  const why = disabledText(webhook);
  return (
    <>
      <div className="space-y-4 px-4 py-4">
        {why !== undefined && (
          <p role="status" className="rounded bg-blocked-soft px-3 py-2 text-sm text-blocked">
            Nothing is sent. {why} {pending > 0 && "Enable it to send what waits."}
          </p>
        )}
        <p className="max-w-4xl text-ink-2 [overflow-wrap:anywhere]">
          It sends{" "}
          {fact_types.includes("*") ? (
            "all facts"
          ) : (
            <span className="font-mono text-sm text-ink">{fact_types.join(", ")}</span>
          )}{" "}
          to <AgentLine text={url} className="font-mono text-sm text-ink" />.
        </p>
        <Figures>
          <Figure name="Waiting">
            <Count value={pending} />
          </Figure>
          <Figure name="Last delivered">
            <Time at={last_delivered_at} empty="never" />
          </Figure>
          <Figure name="Failures in a row">
            <span className={consecutive_failures > 0 ? "text-failed" : undefined}>
              <Count value={consecutive_failures} />
            </span>
          </Figure>
          <Figure name="Created">
            <Time at={created_at} />
          </Figure>
        </Figures>
        {webhook.last_error !== null && consecutive_failures > 0 && (
          <p className="text-sm text-ink-3">
            The last failure: <LastError of={webhook} />
          </p>
        )}
      </div>
      <Section title="Deliveries" about="kept for 30 days">
        <Deliveries webhook={webhook} key={id} />
      </Section>
    </>
  );
}

type Step = "edit" | "rotate" | "delete";

function WebhookActions({ of: webhook }: { of: Webhook }) {
  const { id, is_enabled } = webhook;
  const [step, setStep] = useState<Step>();
  const denied = useDenied("webhooks:write");
  const close = () => setStep(undefined);
  const changes = ["webhooks"];
  const test = useCommand({ send: ({ webhooks }) => webhooks.sendTest({ id }), changes, done: "Test sent" });
  const toggle = useCommand({
    send: ({ webhooks }) => webhooks.update({ id, is_enabled: !is_enabled }),
    changes,
    done: is_enabled ? "Webhook disabled" : "Webhook enabled",
  });
  const off = is_enabled ? undefined : "Enable the webhook first.";
  return (
    <>
      <Button denied={denied ?? off} isBusy={test.isRunning} onClick={() => void test.run(undefined)}>
        Send a test
      </Button>
      {!is_enabled && (
        <Button look="primary" denied={denied} isBusy={toggle.isRunning} onClick={() => void toggle.run(undefined)}>
          Enable
        </Button>
      )}
      <Button className="max-sm:hidden" denied={denied} onClick={() => setStep("edit")}>
        Change…
      </Button>
      <Menu
        trigger={
          <Button size="icon" look="quiet" label="More actions for this webhook">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          { label: "Change its settings…", denied, onSelect: () => setStep("edit") },
          { label: "Rotate the secret…", denied, onSelect: () => setStep("rotate") },
          ...(is_enabled ? [{ label: "Disable", denied, onSelect: () => void toggle.run(undefined) }] : []),
          "line",
          { label: "Delete…", denied, isDangerous: true, onSelect: () => setStep("delete") },
        ]}
      />
      <Suspense>{step === "edit" && <WebhookForm of={webhook} onClose={close} />}</Suspense>
      <RotateSecret id={id} isOpen={step === "rotate"} onClose={close} />
      {step === "delete" && <DeleteWebhook id={id} onClose={close} />}
    </>
  );
}

function RotateSecret({ id, isOpen, onClose }: { id: string; isOpen: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const rotate = useCommand({ send: ({ webhooks }) => webhooks.rotate({ id }), changes: ["webhooks"] });
  return (
    <>
      <Confirm
        title="Rotate the secret?"
        action="Rotate"
        isOpen={isOpen}
        onClose={onClose}
        onConfirm={async () => {
          const rotated = await rotate.run(undefined);
          if (rotated) setSecret(rotated.secret);
          return rotated !== undefined;
        }}
      >
        The webhook gets a new secret, which is shown once. For 24 hours deliveries are signed with the old secret too.
      </Confirm>
      {secret !== undefined && <NewSecret secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}

function DeleteWebhook({ id, onClose }: { id: string; onClose: () => void }) {
  const navigate = useNavigate();
  const inWorkspace = useWorkspaceHref();
  const { run } = useCommand({
    send: ({ webhooks }) => webhooks.delete({ id }),
    changes: ["webhooks"],
    done: "Webhook deleted",
  });
  return (
    <Confirm
      title="Delete this webhook?"
      action="Delete"
      isDangerous
      isOpen
      onClose={onClose}
      onConfirm={async () => {
        const gone = (await run(undefined)) !== undefined;
        if (gone) void navigate({ href: inWorkspace("/webhooks") });
        return gone;
      }}
    >
      Nothing more is sent to it, also what waits. Its deliveries are deleted too.
    </Confirm>
  );
}
