/** Names of actors: a person, an agent, a service by its key, or the server itself. */
import type { Message } from "@bailiwick/sdk";
import { useMember, useMembers } from "../data/members.ts";
import { useSession } from "../data/session.tsx";
import { Id } from "../ui/id.tsx";
import { AgentName } from "./agents/agent-name.tsx";

export interface Actor {
  kind: "user" | "agent" | "service" | "system";
  id: string;
}

export function ActorName({ actor: { kind, id }, isInside = false }: { actor: Actor; isInside?: boolean }) {
  switch (kind) {
    case "agent":
      return <AgentName id={id} />;
    case "user":
      return <PersonName id={id} isInside={isInside} />;
    case "service":
      return (
        <span className="whitespace-nowrap">
          a service <Id id={id} label="id of the service key" />
        </span>
      );
    case "system":
      return <span>Bailiwick</span>;
    default:
      return kind satisfies never;
  }
}

interface PersonProps {
  id: string;
  /** Inside a sentence and not at its beginning. */
  isInside?: boolean;
}

interface SomeoneProps extends PersonProps {
  isLink?: boolean;
}

/** The name for an id of unknown kind: a person of the workspace, otherwise an agent. */
export function SomeoneName({ id, isLink = true, isInside = false }: SomeoneProps) {
  const { user } = useSession();
  const members = useMembers();
  if (id === user.id || members?.some(({ user_id }) => user_id === id))
    return <PersonName id={id} isInside={isInside} />;
  return members ? <AgentName id={id} isLink={isLink} /> : <Id id={id} label="id" />;
}

export function PersonName({ id, isInside = false }: PersonProps) {
  const { user } = useSession();
  const members = useMembers();
  const member = members?.find(({ user_id }) => user_id === id);
  if (id === user.id) return <span>{isInside ? "you" : "You"}</span>;
  if (!members) return <span>{isInside ? "a person" : "A person"}</span>;
  if (!member) return <Id id={id} label="id of the person" />;
  return <bdi className="inline-block max-w-full truncate align-bottom">{member.name ?? member.email}</bdi>;
}

/** Returns a function that names people in the middle of a sentence. */
export function useNameOf(): (id: string) => string | undefined {
  const { user } = useSession();
  const members = useMembers();
  return (id) => {
    if (id === user.id) return "you";
    const member = members?.find(({ user_id }) => user_id === id);
    return member && (member.name ?? member.email);
  };
}

/** The name in the middle of a sentence. */
export function usePersonName(id: string | undefined): string {
  const { user } = useSession();
  const member = useMember(id);
  if (id === user.id) return "you";
  return member ? (member.name ?? member.email) : "a person";
}

export function Sender({ message: { role, from_agent_id, from_user_id } }: { message: Message }) {
  if (from_agent_id) return <AgentName id={from_agent_id} />;
  if (from_user_id) return <PersonName id={from_user_id} />;
  return role === "system" ? "Bailiwick" : "unknown";
}
