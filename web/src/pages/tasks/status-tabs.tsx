/** The states of the list as tabs, with exact numbers of the tasks that need work. */
import { useTaskCount } from "../../data/tasks.ts";
import { Tabs } from "../../ui/tabs.tsx";
import { commonFilters, isEndedStatus, type TasksSearch, type ViewProps } from "./search.ts";

type Tab = "open" | "blocked" | "failed" | "ended" | "all";

export function StatusTabs({ search, set }: ViewProps) {
  const filters = commonFilters(search);
  const open = useTaskCount({ ...filters, status: "open" }).data;
  const failed = useTaskCount({ ...filters, status: "failed" }).data;
  const tabs = [
    { value: "open", label: "Open", count: open?.total },
    { value: "blocked", label: "Blocked", count: open?.by_status.blocked },
    { value: "failed", label: "Failed", count: failed?.total },
    { value: "ended", label: "Ended" },
    { value: "all", label: "All" },
  ] as const;
  return (
    <Tabs<Tab>
      label="State"
      value={tabOf(search.status)}
      tabs={tabs}
      hasDigits
      onChange={(tab) => set({ status: tab === "open" ? undefined : tab, rows: undefined })}
    />
  );
}

/** A single state belongs to the tab of its group. */
function tabOf(status: TasksSearch["status"] = "open"): Tab {
  if (status === "all" || status === "blocked" || status === "failed") return status;
  return isEndedStatus(status) ? "ended" : "open";
}
