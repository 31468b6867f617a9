/** The page on which a person lets a program join as an agent, or refuses it. */
import type { AuthFindDeviceOutput } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button, ButtonRow } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { FactLine, Facts, Page } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Time } from "../../ui/time.tsx";

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");
const route = getRouteApi("/device");
const NAME_LENGTH_MAX = 100;
const CODE_LENGTH_MAX = 50;

type Device = AuthFindDeviceOutput;
/** The agent that the program became; null when it was refused. */
type Outcome = { agentId: string | null };

export function DevicePage() {
  const { code: given = "" } = route.useSearch();
  const [code, setCode] = useState(given);
  const [device, setDevice] = useState<Device>();
  const [outcome, setOutcome] = useState<Outcome>();
  return (
    <Page title="Let a program join">
      <Scroll isWide>
        <div className="mx-auto max-w-xl space-y-6">
          {outcome ? (
            <Done {...outcome} />
          ) : device ? (
            <Decide code={code} device={device} onDone={setOutcome} />
          ) : (
            <Enter code={code} onChange={setCode} onFound={setDevice} />
          )}
        </div>
      </Scroll>
    </Page>
  );
}

interface EnterProps {
  code: string;
  onChange: (code: string) => void;
  onFound: (device: Device) => void;
}

function Enter({ code, onChange, onFound }: EnterProps) {
  const denied = useDenied("keys:write");
  const find = useCommand({ send: ({ auth }, user_code: string) => auth.findDevice({ user_code }), isQuiet: true });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const device = await find.run(code);
    if (device) onFound(device);
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <p>Continue only if your program shows exactly this code, and you started it yourself.</p>
      <TextInput label="Code" value={code} onChange={onChange} maxLength={CODE_LENGTH_MAX} isMono />
      <CommandFault error={find.error} />
      <Button
        type="submit"
        look="primary"
        isBusy={find.isRunning}
        denied={denied ?? (code.trim() === "" ? "Enter the code first." : undefined)}
      >
        Continue
      </Button>
    </form>
  );
}

interface DecideProps {
  code: string;
  device: Device;
  onDone: (outcome: Outcome) => void;
}

function Decide({ code, device, onDone }: DecideProps) {
  const usual = device.agent_name ?? device.client_name;
  const [choice, setChoice] = useState<ChoiceOfAgent>({ kind: "new", name: usual, agentId: undefined });
  const { kind, name, agentId } = choice;
  const approve = useCommand({
    send: ({ auth }, agent: { new_agent_name: string } | { agent_id: string }) =>
      auth.approveDevice({ user_code: code, ...agent }),
    changes: ["agents", "keys", "tiers"],
    isQuiet: true,
  });
  const deny = useCommand({ send: ({ auth }) => auth.denyDevice({ user_code: code }), isQuiet: true });
  const chosen =
    kind === "new" ? name.trim() && { new_agent_name: name.trim() } : agentId !== undefined && { agent_id: agentId };
  const missing = chosen ? undefined : kind === "new" ? "Name the agent first." : "Choose an agent first.";
  return (
    <>
      <About device={device} />
      <Choice choice={choice} onChange={setChoice} />
      <CommandFault error={approve.error ?? deny.error} />
      <ButtonRow>
        <Button
          look="danger"
          isBusy={deny.isRunning}
          onClick={async () => (await deny.run(undefined)) && onDone({ agentId: null })}
        >
          Deny
        </Button>
        <Button
          look="primary"
          isBusy={approve.isRunning}
          denied={missing}
          onClick={async () => {
            const done = chosen ? await approve.run(chosen) : undefined;
            if (done) onDone({ agentId: done.agent_id });
          }}
        >
          Approve
        </Button>
      </ButtonRow>
    </>
  );
}

interface ChoiceOfAgent {
  kind: "new" | "existing";
  name: string;
  agentId: string | undefined;
}

function Choice({ choice, onChange }: { choice: ChoiceOfAgent; onChange: (choice: ChoiceOfAgent) => void }) {
  const { kind, name, agentId } = choice;
  return (
    <div className="space-y-3">
      <Tabs
        label="Agent"
        value={kind}
        tabs={[
          { value: "new", label: "New agent" },
          { value: "existing", label: "Existing agent" },
        ]}
        onChange={(next) => onChange({ ...choice, kind: next })}
      />
      {kind === "new" ? (
        <TextInput
          label="Name of the agent"
          value={name}
          onChange={(next) => onChange({ ...choice, name: next })}
          maxLength={NAME_LENGTH_MAX}
        />
      ) : (
        <Suspense>
          <AgentPicker label="Agent" value={agentId} onChange={(next) => onChange({ ...choice, agentId: next })} />
        </Suspense>
      )}
    </div>
  );
}

function About({ device: { client_name, ip, created_at } }: { device: Device }) {
  const { workspace } = useSession();
  return (
    <Facts>
      <FactLine name="Program">
        <AgentLine text={client_name} />
      </FactLine>
      <FactLine name="Came from">{ip}</FactLine>
      <FactLine name="Requested">
        <Time at={created_at} />
      </FactLine>
      <FactLine name="Workspace">{workspace.name}</FactLine>
      <FactLine name="May then">
        Work as the agent: read and do its tasks, write messages, and propose actions. It cannot approve anything, or
        manage agents, keys or people. You are responsible for its key.
      </FactLine>
    </Facts>
  );
}

function Done({ agentId }: Outcome) {
  if (agentId === null) return <p role="status">The program was refused. It gets no key.</p>;
  return (
    <p role="status">
      The program joins as <AgentName id={agentId} />. It takes its key within seconds; you can close this page.
    </p>
  );
}
