/** The rules for delegation between agents; each change is saved at once. */
import type { Client, Team as Rules, TeamSetRulesInput, TeamSummarizeOutput } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { Check, Select, TextInput } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { useTeamTools } from "./team-context.ts";
import { SUMMARY_KEY } from "./team-data.ts";
import { supervisorOptions } from "./team-words.ts";

export function RulesCard({ rules }: { rules: Rules }) {
  const { team, denied } = useTeamTools();
  const { shown, save } = useSaveRules(rules);
  return (
    <>
      <Section title="Rules">
        <div className="space-y-4">
          <Check
            label="Only supervisors give work"
            hint="Agents may give work to each other only as their roles and these rules allow."
            isChecked={shown.require_supervisor_for_tasks}
            onChange={(isOn) => save({ require_supervisor_for_tasks: isOn })}
            denied={denied}
          />
          <Check
            label="Peers may give work too"
            hint="Agents may give work to agents that are not supervisors."
            isChecked={shown.allow_peer_assignment}
            onChange={(isOn) => save({ allow_peer_assignment: isOn })}
            denied={denied}
          />
          <Select
            label="Default supervisor"
            hint="Gets the escalated tasks of agents that report to nobody."
            denied={denied}
            value={shown.default_supervisor_agent_id ?? ""}
            empty="Nobody: people get them"
            options={supervisorOptions(team)}
            onChange={(id) => save({ default_supervisor_agent_id: id || null })}
          />
          <AgentsCreate rules={shown} denied={denied} save={save} />
          <Gaps />
        </div>
      </Section>
      <Section title="Delegation between agents">
        <Words isOn={shown.require_supervisor_for_tasks} />
      </Section>
    </>
  );
}

/** The limit of the server. */
const PRIORITY_MAX = 1_000_000;

interface AgentsCreateProps {
  rules: Rules;
  denied: string | undefined;
  save: (change: TeamSetRulesInput) => void;
}

/** The rules about tasks that agents create. */
function AgentsCreate({ rules, denied, save }: AgentsCreateProps) {
  return (
    <>
      <Check
        label="Agents may create root tasks"
        hint="Tasks without a parent task. Such a task of an agent has no budget."
        isChecked={rules.agents_create_roots}
        onChange={(isOn) => save({ agents_create_roots: isOn })}
        denied={denied}
      />
      <PriorityMax
        key={rules.agent_priority_max}
        value={rules.agent_priority_max}
        denied={denied}
        onChange={(max) => save({ agent_priority_max: max })}
      />
    </>
  );
}

interface PriorityMaxProps {
  value: number;
  denied: string | undefined;
  onChange: (max: number) => void;
}

/** Saves the number when the field loses the focus, so that no partial number is saved. */
function PriorityMax({ value, denied, onChange }: PriorityMaxProps) {
  const [typed, setTyped] = useState(String(value));
  const max = Number(typed);
  const isGood = typed.trim() !== "" && Number.isInteger(max) && max >= 0 && max <= PRIORITY_MAX;
  const save = () => isGood && max !== value && onChange(max);
  return (
    <form
      onBlur={save}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <fieldset disabled={denied !== undefined} className={denied === undefined ? undefined : "opacity-55"}>
        <TextInput
          type="number"
          label="Highest priority for agents"
          hint={denied ?? "Agents create tasks with at most this priority. People may use any priority."}
          error={isGood ? undefined : `A whole number from 0 to ${PRIORITY_MAX.toLocaleString("en")}.`}
          value={typed}
          onChange={setTyped}
        />
      </fieldset>
    </form>
  );
}

function useSaveRules(rules: Rules): { shown: Rules; save: (change: TeamSetRulesInput) => void } {
  // A chosen value shows at once, and stays only if the server accepts it.
  const [wanted, setWanted] = useState<TeamSetRulesInput>();
  const { workspace } = useSession();
  const cache = useQueryClient();
  const keep = (now: Rules) =>
    cache.setQueryData<TeamSummarizeOutput>([workspace.id, ...SUMMARY_KEY], (held) => held && { ...held, rules: now });
  const options = {
    send: ({ team }: Client, change: TeamSetRulesInput) => team.setRules(change),
    changes: ["team"],
  };
  const undo = useCommand({ ...options, done: "Undone" });
  const { run } = useCommand({
    ...options,
    done: "Rules saved",
    undo: (_now, change) => () => undo.run(valuesOf(rules, change)),
  });
  const save = async (change: TeamSetRulesInput) => {
    setWanted(change);
    const now = await run(change);
    if (now) keep(now);
    setWanted(undefined);
  };
  const chosen = Object.entries(wanted ?? {}).filter(([, value]) => value !== undefined);
  return { shown: { ...rules, ...Object.fromEntries(chosen) }, save: (change) => void save(change) };
}

/** Returns the values of the changed fields before the change. */
function valuesOf(rules: Rules, change: TeamSetRulesInput): TeamSetRulesInput {
  // The fields of a change are those of the rules.
  return Object.fromEntries(Object.keys(change).map((name) => [name, rules[name as keyof Rules]]));
}

/** At most this many are counted. */
const COUNTED_MAX = 100;

function Gaps() {
  const { data } = useRead(["tasks", "gaps"], (client, call) => client.tasks.listGaps({ limit: COUNTED_MAX }, call));
  if (!data || data.items.length === 0) return null;
  const count = data.next_cursor === null ? data.items.length : `More than ${COUNTED_MAX}`;
  return (
    <p className="text-sm">
      <Link to="/inbox" search={{ whose: "waiting" }} className="text-accent-ink hover:underline">
        {count} {count === 1 ? "task waits" : "tasks wait"} for an agent
      </Link>
    </p>
  );
}

function Words({ isOn }: { isOn: boolean }) {
  return (
    <div className="space-y-2 text-sm text-ink-2">
      {!isOn && (
        <p className="text-ink">
          At present every agent may give work to every agent, because “Only supervisors give work” is off.
        </p>
      )}
      <p>{isOn ? "Supervisors" : "When it is on, supervisors"} may give work to any agent.</p>
      <p>
        Workers and specialists may create work for themselves, for a supervisor if they may escalate, and for other
        agents if peers may give work and they may assign to peers.
      </p>
      <p>Agents without a role may give work to a supervisor, and to other agents if peers may give work.</p>
      <p>
        An escalated task goes to the nearest supervisor that did not have it yet, then to the default supervisor, then
        to people. These rules do not limit people.
      </p>
    </div>
  );
}
