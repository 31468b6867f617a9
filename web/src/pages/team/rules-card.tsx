/** The rules by which agents may give each other work, each saved as it is changed. */
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
            label="Work is given by supervisors"
            hint="Agents give work to each other only as their roles and these rules allow."
            isChecked={shown.require_supervisor_for_tasks}
            onChange={(isOn) => save({ require_supervisor_for_tasks: isOn })}
            denied={denied}
          />
          <Check
            label="Peers may give work too"
            hint="Agents may give work to agents that are no supervisors."
            isChecked={shown.allow_peer_assignment}
            onChange={(isOn) => save({ allow_peer_assignment: isOn })}
            denied={denied}
          />
          <Select
            label="Default supervisor"
            hint="Gets what is escalated by agents that report to nobody."
            denied={denied}
            value={shown.default_supervisor_agent_id ?? ""}
            empty="Nobody: it waits for a person"
            options={supervisorOptions(team)}
            onChange={(id) => save({ default_supervisor_agent_id: id || null })}
          />
          <AgentsCreate rules={shown} denied={denied} save={save} />
          <Gaps />
        </div>
      </Section>
      <Section title="Who may give work to whom">
        <Words isOn={shown.require_supervisor_for_tasks} />
      </Section>
    </>
  );
}

/** As the server allows. */
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
        label="Agents may create tasks of their own"
        hint="Tasks that belong to no other task. Such a task of an agent never has a budget."
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

/** Saved when the field is left, so that no number is saved half typed. */
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
          hint={denied ?? "What agents create comes no further in front than this. People may use any priority."}
          error={isGood ? undefined : `A whole number from 0 to ${PRIORITY_MAX.toLocaleString("en")}.`}
          value={typed}
          onChange={setTyped}
        />
      </fieldset>
    </form>
  );
}

function useSaveRules(rules: Rules): { shown: Rules; save: (change: TeamSetRulesInput) => void } {
  // What was chosen shows at once, and stays only if it was taken.
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

/** What stood where a change was made. */
function valuesOf(rules: Rules, change: TeamSetRulesInput): TeamSetRulesInput {
  // The fields of a change are those of the rules.
  return Object.fromEntries(Object.keys(change).map((name) => [name, rules[name as keyof Rules]]));
}

/** More than these are not counted. */
const COUNTED_MAX = 100;

function Gaps() {
  const { data } = useRead(["tasks", "gaps"], (client, call) => client.tasks.listGaps({ limit: COUNTED_MAX }, call));
  if (!data || data.items.length === 0) return null;
  const count = data.next_cursor === null ? data.items.length : `More than ${COUNTED_MAX}`;
  return (
    <p className="text-sm">
      <Link to="/inbox" className="text-accent-ink hover:underline">
        {count} {count === 1 ? "task waits" : "tasks wait"} for nobody
      </Link>
    </p>
  );
}

function Words({ isOn }: { isOn: boolean }) {
  return (
    <div className="space-y-2 text-sm text-ink-2">
      {!isOn && <p className="text-ink">Now everybody may, to anybody: “Work is given by supervisors” is off.</p>}
      <p>{isOn ? "Supervisors" : "With it on, supervisors"} may give work to any agent.</p>
      <p>
        Workers and specialists may keep work for themselves, give it to a supervisor if they may escalate, and to other
        agents if peers may give work and they themselves may assign to peers.
      </p>
      <p>Agents without a role may give work to a supervisor, and to anybody else if peers may give work.</p>
      <p>
        What is escalated goes to the nearest supervisor above that did not have it yet, then to the default supervisor,
        then to people. No rule binds people.
      </p>
    </div>
  );
}
