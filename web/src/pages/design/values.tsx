import { TASK_STATUSES } from "@bailiwick/sdk";
import { AgentStatus, Presence, ReplyState, TaskStatus } from "../../domain/status.tsx";
import { Id } from "../../ui/id.tsx";
import { Money } from "../../ui/money.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { Countdown, Time } from "../../ui/time.tsx";

const ID = "019a1b2c-3d4e-7f50-8a9b-0c1d2e3f4a5b";
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

export function Values() {
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap gap-3">
        {TASK_STATUSES.map((status) => (
          <TaskStatus key={status} of={{ status }} />
        ))}
      </div>
      <div className="flex flex-wrap gap-3">
        {TASK_STATUSES.map((status) => (
          <TaskStatus key={status} of={{ status }} isPlain />
        ))}
      </div>
      <div className="flex flex-wrap gap-3">
        <AgentStatus status="active" />
        <AgentStatus status="paused" />
        <AgentStatus status="archived" />
        <Presence state="online" />
        <Presence state="stale" />
        <Presence state="offline" />
        <ReplyState state="open" />
        <ReplyState state="answered" />
        <ReplyState state="overdue" />
      </div>
      <Facts>
        <FactLine name="Times">
          <Time at={inSeconds(-2)} /> · <Time at={inSeconds(-4_000)} /> · <Time at={inSeconds(90_000)} /> ·{" "}
          <Time at={null} />
        </FactLine>
        <FactLine name="Countdown">
          <Countdown until={inSeconds(75)} />
        </FactLine>
        <FactLine name="Money">
          <Money usd={1234.5} /> · <Money usd={0.000_001_5} /> · <Money usd={0} /> · <Money usd={null} />
        </FactLine>
        <FactLine name="Id">
          <Id id={ID} />
        </FactLine>
      </Facts>
    </div>
  );
}
