/** One connection: what agents can do with it, who may, how it is used, and the answer of its test. */
import type { Connection, ConnectionsCheckOutput } from "@bailiwick/sdk";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { typeText } from "../../domain/actions/action-words.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Figure, Figures } from "../../ui/figures.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import { FactLine, Facts, Page, Section, UpLink } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { ConnectionState } from "./connection-parts.tsx";
import { SERVICES } from "./services.ts";
import { Tools } from "./tools.tsx";

const ConnectionForm = lazyPart(() => import("./connection-form.tsx"), "ConnectionForm");
const UP = { href: "/connections", label: "Go to connections" };
const route = getRouteApi("/connections/$id");

export function ConnectionPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useRead(["connections", "get", id], ({ connections }, call) =>
    connections.get({ id }, call),
  );
  if (!data) {
    return (
      <Page title="Connection" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return <Loaded of={data} key={id} />;
}

function Loaded({ of: connection }: { of: Connection }) {
  const { id, name } = connection;
  const isMcp = connection.service_type === "mcp";
  const [tested, setTested] = useState<ConnectionsCheckOutput>();
  const test = useCommand({ send: ({ connections }) => connections.check({ id }), changes: ["connections"] });
  const run = async () => setTested(await test.run(undefined));
  return (
    <Page
      title={name}
      up={UP}
      about={<ConnectionState of={connection} />}
      actions={<Steps of={connection} isTesting={test.isRunning} onTest={() => void run()} />}
    >
      <Scroll isFull>
        <div className="space-y-4 px-4 py-3">
          {tested && <TestAnswer of={tested} />}
          {connection.last_error != null && !tested && (
            <p className="rounded bg-failed-soft px-3 py-2 text-sm text-failed [overflow-wrap:anywhere]">
              The last test or use failed: <AgentLine text={connection.last_error} />
            </p>
          )}
          <Figures>
            <Figure name="Uses">
              <Count value={connection.usage_count ?? 0} />
            </Figure>
            <Figure name="Last used">
              <Time at={connection.last_used_at} empty="never" />
            </Figure>
            <Figure name="Connected">
              <Time at={connection.created_at} />
            </Figure>
          </Figures>
        </div>
        <Section title="What agents can propose" about={isMcp && "as the tools were when a person accepted them"}>
          {isMcp ? <Tools id={id} /> : <Types of={connection} />}
        </Section>
        <Section title="Who may use it">
          <Who of={connection} />
        </Section>
        <Section title="Settings">
          <Settings of={connection} />
        </Section>
      </Scroll>
    </Page>
  );
}

function TestAnswer({ of: { ok, message, checked_at } }: { of: ConnectionsCheckOutput }) {
  const tone = ok ? "bg-completed-soft text-completed" : "bg-failed-soft text-failed";
  return (
    <p role="status" className={`rounded px-3 py-2 text-sm [overflow-wrap:anywhere] ${tone}`}>
      {ok ? "The test passed" : "The test failed"}: <AgentLine text={message} /> <Time at={checked_at} />
    </p>
  );
}

function Types({ of: { action_types } }: { of: Connection }) {
  return (
    <ul className="flex flex-wrap gap-2">
      {action_types.map((type) => (
        <li key={type} className="max-w-full truncate rounded border border-line px-2 py-0.5 text-sm">
          <Link to="/actions" search={{ action_type: type }} className="hover:underline">
            <AgentLine text={typeText(type)} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Who({ of: { agent_ids } }: { of: Connection }) {
  if (agent_ids == null) return <p className="text-ink-2">All agents, also those that join later.</p>;
  if (agent_ids.length === 0) return <p className="text-ink-2">No agent.</p>;
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-x-3">
      {agent_ids.map((id) => (
        <AgentName key={id} id={id} />
      ))}
    </div>
  );
}

function Settings({ of: { service_type, config = {}, secret, scopes_granted = [] } }: { of: Connection }) {
  const service = SERVICES[service_type];
  return (
    <Facts>
      <FactLine name="Service">{service.label}</FactLine>
      {service.config.map(({ name, label }) => (
        <FactLine key={name} name={label}>
          {config[name] === undefined ? (
            <span className="text-ink-3">not set</span>
          ) : (
            <AgentLine text={String(config[name])} className="font-mono text-sm [overflow-wrap:anywhere]" />
          )}
        </FactLine>
      ))}
      {service_type === "http" && (
        <FactLine name="Repeats">
          {config.repeats_safely === true
            ? "The same key twice has one effect."
            : "The same key twice has two effects."}
        </FactLine>
      )}
      {service.secret && <FactLine name="Secret">{secret ?? <span className="text-ink-3">not set</span>}</FactLine>}
      {scopes_granted.length > 0 && (
        <FactLine name="Rights of the token">
          <AgentLine text={scopes_granted.join(", ")} />
        </FactLine>
      )}
    </Facts>
  );
}

interface StepsProps {
  of: Connection;
  isTesting: boolean;
  onTest: () => void;
}

function Steps({ of: connection, isTesting, onTest }: StepsProps) {
  const { id, status } = connection;
  const [step, setStep] = useState<"edit" | "disconnect">();
  const mayWrite = useDenied("connections:write");
  const gone = status === "disconnected" ? "It is disconnected. Connect the service again." : undefined;
  const denied = mayWrite ?? gone;
  const close = () => setStep(undefined);
  const disconnect = useCommand({
    send: ({ connections }, reason: string | undefined) => connections.disconnect({ id, ...(reason && { reason }) }),
    changes: ["connections", "actions"],
    done: "Disconnected",
  });
  return (
    <>
      <Button denied={denied} isBusy={isTesting} onClick={onTest}>
        Test
      </Button>
      <Button className="max-sm:hidden" denied={denied} onClick={() => setStep("edit")}>
        Change…
      </Button>
      <Menu
        trigger={
          <Button size="icon" look="quiet" label="More actions for this connection">
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          { label: "Change its settings…", denied, onSelect: () => setStep("edit") },
          "line",
          { label: "Disconnect…", denied, isDangerous: true, onSelect: () => setStep("disconnect") },
        ]}
      />
      <Suspense>{step === "edit" && <ConnectionForm of={connection} onClose={close} />}</Suspense>
      <Confirm
        title="Disconnect this service?"
        action="Disconnect"
        reason="optional"
        isDangerous
        isOpen={step === "disconnect"}
        onClose={close}
        onConfirm={async (reason) => (await disconnect.run(reason)) !== undefined}
      >
        Its secret is deleted, and nothing more is sent through it, also what waits. This cannot be undone.
      </Confirm>
    </>
  );
}
