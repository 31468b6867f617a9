/** The number of people who must approve a request of an agent. */
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Select } from "../../ui/field.tsx";
import { Setting } from "../../ui/setting.tsx";

const CHOICES = [
  { value: "1", label: "One person" },
  { value: "2", label: "Two people" },
] as const;
type Choice = (typeof CHOICES)[number]["value"];

export function Approvals() {
  const denied = useDenied("workspaces:own");
  const { data } = useRead(["governance", "boundaries"], ({ governance }, call) => governance.getBoundaries({}, call));
  const set = useCommand({
    send: ({ governance }, choice: Choice) =>
      governance.setRequiredApprovals({ required_approvals: choice === "1" ? 1 : 2 }),
    changes: ["governance"],
    done: ({ required_approvals: people }) => `Requests need ${people === 1 ? "one person" : "two people"} now`,
    isQuiet: true,
  });
  if (!data) return null;
  return (
    <Setting title="Requests">
      <CommandFault error={set.error} />
      <div className="max-w-xs">
        <Select
          label="People who must approve"
          hint="With two, nobody who stands behind the key of the agent counts, not even the owner."
          value={data.required_approvals === 1 ? "1" : "2"}
          options={CHOICES}
          denied={denied ?? (set.isRunning ? "Saving…" : undefined)}
          onChange={(choice) => choice !== "" && void set.run(choice)}
        />
      </div>
    </Setting>
  );
}
