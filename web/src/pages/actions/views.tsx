/** The tabs of the pages about actions. */
import { useNavigate } from "@tanstack/react-router";
import { useSession } from "../../data/session.tsx";
import { Tabs } from "../../ui/tabs.tsx";

type View = "actions" | "rules" | "gate";

const TABS = [
  { value: "actions", label: "Actions" },
  { value: "rules", label: "Standing rules" },
  { value: "gate", label: "Gate" },
] as const;

const ADDRESSES = { actions: "/actions", rules: "/actions/rules", gate: "/actions/gate" } as const;

export function ActionViews({ view }: { view: View }) {
  const navigate = useNavigate();
  const { permissions } = useSession();
  if (!permissions.has("actions:decide")) return null;
  return (
    <Tabs<View>
      label="View"
      value={view}
      tabs={TABS}
      hasDigits
      onChange={(value) => void navigate({ to: ADDRESSES[value] })}
    />
  );
}
