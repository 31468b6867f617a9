/** One fact and why it could happen: what was in force then. The page and the panel share it. */
import type { AuditGetWhyOutput as Why } from "@bailiwick/sdk";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { notify } from "../../data/notices.ts";
import { describeError, useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { ActorName } from "../../domain/actor-name.tsx";
import { FactDot, FactSentence } from "../../domain/facts/fact-line.tsx";
import { RollBack } from "../../domain/requests/roll-back.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Id } from "../../ui/id.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { FactLine, Facts, Section, UpLink } from "../../ui/page.tsx";
import { saveText } from "../../ui/save-text.ts";
import { AllFacts } from "../../ui/sentence.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

/** The facts of changes that people roll back. */
const CHANGES: ReadonlySet<string> = new Set(["governance.change_applied", "governance.change_rolled_back"]);

export const useWhy = (id: string) =>
  useRead(["audit", "why", id], (client, call) => client.audit.getWhy({ id }, call));

export function FactPanel({ id }: { id: string }) {
  const { data, error, refetch } = useWhy(id);
  if (!data) {
    return error ? (
      <ErrorState error={error} retry={() => void refetch()} />
    ) : (
      <Skeleton lines={9} className="p-4 pt-14" />
    );
  }
  return (
    <section className="relative min-h-0 grow overflow-y-auto" tabIndex={0} aria-label="Fact" key={id}>
      <header className="px-4 pt-3 pb-3 pr-28">
        <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">
          <FactSentence fact={data.fact} />
        </h2>
      </header>
      <FactDetail why={data} />
    </section>
  );
}

function FactVerbs({ of: { id, type } }: { of: Why["fact"] }) {
  return (
    <>
      {CHANGES.has(type) && <RollBack auditId={id} isRollback={type === "governance.change_rolled_back"} />}
      <ProofButton id={id} />
    </>
  );
}

export function FactDetail({ why }: { why: Why }) {
  const { fact, chain } = why;
  return (
    <>
      <Section title="Why: what was in force then">
        <InForce why={why} />
      </Section>
      <Section title="Fact" about={<FactVerbs of={fact} />}>
        <Facts>
          <FactLine name="Type">
            <AgentLine text={fact.type} className="font-mono text-sm" />
          </FactLine>
          <FactLine name="Time">
            <Time at={fact.created_at} />
          </FactLine>
          <FactLine name="By">
            <ActorName actor={fact.actor} />
          </FactLine>
          <FactLine name="Id">
            <Id id={fact.id} />
          </FactLine>
          <FactLinks of={fact} />
        </Facts>
        <AllFacts label="All data">
          <JsonTree label="data of the fact" value={fact.data} />
        </AllFacts>
      </Section>
      {chain.length > 0 && (
        <Section title="The facts that say so">
          <ol>
            {chain.map(({ because, fact: one }) => (
              <li key={one.id} className="flex gap-2.5 py-1.5">
                <FactDot type={one.type} />
                <div className="min-w-0 grow [overflow-wrap:anywhere]">
                  <span className="text-sm text-ink-3">{BECAUSE[because]}: </span>
                  <FactSentence fact={one} />
                </div>
                <UpLink href={`/record/${one.id}`} label="Open the fact" className="shrink-0 text-sm text-accent-ink">
                  <Time at={one.created_at} />
                </UpLink>
              </li>
            ))}
          </ol>
        </Section>
      )}
    </>
  );
}

/** The pages of the things that the data names by their ids. */
function FactLinks({ of: { type, data } }: { of: Why["fact"] }) {
  const { request_id, grant_id, policy_id } = data as Record<string, unknown>;
  const links = [
    {
      name: "Request",
      id: type.startsWith("governance.") && request_id,
      href: `/requests/${request_id}`,
      label: "Open the request",
    },
    { name: "Grant", id: grant_id, href: "/requests?tab=grants", label: "Open the grants" },
    { name: "Limit", id: policy_id, href: "/limits", label: "Open the limits" },
  ];
  return links.map(
    ({ name, id, href, label }) =>
      typeof id === "string" && (
        <FactLine key={name} name={name}>
          <UpLink href={href} label={label} className="font-medium text-accent-ink hover:underline">
            {label}
          </UpLink>{" "}
          <Id id={id} />
        </FactLine>
      ),
  );
}

const BECAUSE: Record<Why["chain"][number]["because"], string> = {
  key: "Key",
  agent: "Configuration",
  status: "State",
  task: "Task",
  policy: "Limit",
  change: "Change",
  request: "Request",
  approval: "Decision",
  grant: "Grant",
  grant_use: "Use of the grant",
  grant_end: "End of the grant",
};

const revisionText = (revision: number | null) =>
  revision === null ? "of an unknown revision" : `revision ${revision}`;

function InForce({ why: { policy_revision, agent_revision, grant, approval, headroom } }: { why: Why }) {
  const lines: [string, ReactNode][] = [];
  if (policy_revision) {
    const { revision, settings, policy_id } = policy_revision;
    lines.push(["Limit", <Document key="limit" text={revisionText(revision)} id={policy_id} value={settings} />]);
  }
  if (headroom) {
    const tree = <JsonTree label="headroom" value={headroom} />;
    lines.push([
      "Room",
      <AllFacts key="room" label="Room of the limit then">
        {tree}
      </AllFacts>,
    ]);
  }
  if (agent_revision) lines.push(["Agent", revisionText(agent_revision.revision)]);
  if (approval) {
    const { outcome, actor, since } = approval;
    lines.push([
      "Decision",
      <span key="decision">
        {outcome.replaceAll("_", " ")} by <ActorName actor={actor} />, <Time at={since} />
      </span>,
    ]);
  }
  if (grant) {
    const text = `used ${grant.uses === 1 ? "once" : `${grant.uses} times`}${grant.ended ? ", ended" : ""}`;
    lines.push(["Grant", <Document key="grant" text={text} id={grant.grant_id} value={grant.terms} />]);
  }
  if (lines.length === 0) return <p className="text-sm text-ink-3">No limit, grant or decision applied.</p>;
  return (
    <Facts>
      {lines.map(([name, content]) => (
        <FactLine key={name} name={name}>
          {content}
        </FactLine>
      ))}
    </Facts>
  );
}

function Document({ text, id, value }: { text: string; id: string; value: unknown }) {
  return (
    <>
      <span className="flex gap-2">
        {text} <Id id={id} />
      </span>
      <AllFacts label="All terms">
        <JsonTree label="terms" value={value} />
      </AllFacts>
    </>
  );
}

function ProofButton({ id }: { id: string }) {
  const { client } = useSession();
  const save = async () => {
    try {
      const { proof } = await client.audit.getProof({ id });
      saveText(`${id}.tlog-proof`, "text/plain", proof);
    } catch (error) {
      notify({ ...describeError(error), isError: true });
    }
  };
  return (
    <Button size="small" onClick={() => void save()}>
      <Download aria-hidden className="size-4" />
      Proof
    </Button>
  );
}
