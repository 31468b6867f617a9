/** The side of a conversation on a wide page: who takes part, which answers are awaited, and how long it lasts. */
import type { Message } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useAgent } from "../../data/agents.ts";
import { useCaps } from "../../data/caps.ts";
import { useSession } from "../../data/session.tsx";
import { SomeoneName } from "../../domain/actor-name.tsx";
import { StateWord } from "../../domain/agents/agent-state.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { partiesOf } from "../../domain/messages/thread.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { counted } from "../../ui/count.tsx";
import { Section } from "../../ui/page.tsx";
import { Sentence } from "../../ui/sentence.tsx";
import { Time } from "../../ui/time.tsx";
import { useThread } from "./thread-data.ts";

export function ThreadAside({ id }: { id: string }) {
  const { user } = useSession();
  const { rows, hasMore } = useThread(id);
  const [newest, oldest] = [rows[0], rows.at(-1)];
  if (!newest || !oldest) return null;
  const awaited = rows.filter(({ reply_state: state }) => state === "open" || state === "overdue");
  return (
    <aside
      aria-label="About this conversation"
      className="w-80 shrink-0 overflow-y-auto border-l border-line max-xl:hidden"
    >
      <Section title="Who takes part">
        <ul className="space-y-2">
          {partiesOf(rows, user.id).map((party) => (
            <Party key={party} id={party} rows={rows} />
          ))}
        </ul>
      </Section>
      {awaited.length > 0 && (
        <Section title="Awaited answers">
          <ul className="space-y-2">
            {awaited.map((message) => (
              <Awaited key={message.id} message={message} />
            ))}
          </ul>
        </Section>
      )}
      {/* With one writer, its line above says the same. */}
      {new Set(rows.map(({ from_agent_id, from_user_id }) => from_agent_id ?? from_user_id)).size > 1 && (
        <Section title="In short">
          <Sentence>
            {hasMore ? `More than ${counted(rows.length, "message")}` : counted(rows.length, "message")}
            {rows.length > 1 && (
              <>
                ; the {hasMore ? "oldest one shown" : "first one"} came <Time at={oldest.created_at} />
              </>
            )}
            , the last one <Time at={newest.created_at} />.
          </Sentence>
        </Section>
      )}
    </aside>
  );
}

const isFrom = ({ from_agent_id, from_user_id }: Message, id: string) => from_agent_id === id || from_user_id === id;

function Party({ id, rows }: { id: string; rows: readonly Message[] }) {
  // A person has no page of an agent.
  const isAgent = rows.some(({ from_agent_id, to_agent_id }) => from_agent_id === id || to_agent_id === id);
  const agent = useAgent(isAgent ? id : undefined);
  const capOf = useCaps();
  const messages = rows.filter((one) => isFrom(one, id));
  const [last] = messages;
  return (
    <li>
      <span className="flex min-w-0 items-center gap-2">
        <span className="flex min-w-0 grow">
          <SomeoneName id={id} />
        </span>
        {agent && <StateWord agent={agent} cap={capOf(id)} />}
      </span>
      <span className="block text-sm text-ink-3">
        {last ? (
          <>
            {counted(messages.length, "message")}, the last one <Time at={last.created_at} />
          </>
        ) : (
          "wrote nothing yet"
        )}
      </span>
    </li>
  );
}

function Awaited({ message }: { message: Message }) {
  const { id, thread_id, to_agent_id, to_user_id, reply_by, reply_state } = message;
  const debtor = to_agent_id ?? to_user_id;
  return (
    <li>
      <Link to="/messages/$id" params={{ id: thread_id }} search={{ message: id }} className="block hover:underline">
        <AgentLine text={messageText(message)} className="line-clamp-2" />
      </Link>
      <span className={reply_state === "overdue" ? "text-sm text-failed" : "text-sm text-ink-3"}>
        {debtor && (
          <>
            from <SomeoneName id={debtor} isInside isLink={false} />
          </>
        )}
        {reply_by && (
          <>
            {debtor && ", "}
            due <Time at={reply_by} />
          </>
        )}
      </span>
    </li>
  );
}
