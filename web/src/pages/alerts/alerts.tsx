/** Alerts that fired, the rules that fire them, and the channels that carry them to people. */
import { getRouteApi } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { Suspense } from "react";
import { useDenied } from "../../data/session.tsx";
import { useRoom } from "../../domain/room.tsx";
import { Button } from "../../ui/button.tsx";
import { isInPlace } from "../../ui/history.ts";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { AlertList } from "./alert-list.tsx";
import type { AlertsSearch } from "./search.ts";

const Rules = lazyPart(() => import("./rules.tsx"), "Rules");
const Channels = lazyPart(() => import("./channels.tsx"), "Channels");
const route = getRouteApi("/alerts");

type Tab = "events" | "rules" | "channels";

const TABS = [
  { value: "events", label: "Alerts" },
  { value: "rules", label: "Rules" },
  { value: "channels", label: "Channels" },
] as const;

export function AlertsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: AlertsSearch) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: isInPlace(change) });
  const tab: Tab = search.tab ?? "events";
  const isChannels = tab === "channels";
  const mayManage = useDenied(isChannels ? "webhooks:write" : "obs:manage");
  const room = useRoom("alert_rules");
  const denied = mayManage ?? (isChannels ? undefined : room?.full);
  const create = () => set({ tab: isChannels ? "channels" : "rules", create: "yes" });
  const word = isChannels ? "channel" : "rule";
  useHotkeys([{ keys: "c", label: `Create a ${word}`, denied, run: create }]);
  const form = { isOpen: search.create === "yes", onClose: () => set({ create: undefined }) };
  return (
    <Page
      title="Alerts"
      actions={
        <Button look="primary" keys="c" denied={denied} onClick={create}>
          <Plus aria-hidden className="size-4" />
          New {word}
        </Button>
      }
      toolbar={
        <Tabs<Tab>
          label="View"
          value={tab}
          tabs={TABS}
          hasDigits
          onChange={(value) => set({ tab: value === "events" ? undefined : value, create: undefined })}
        />
      }
    >
      <Suspense fallback={<Skeleton lines={9} className="p-4" />}>
        {tab === "events" && <AlertList />}
        {tab === "rules" && <Rules {...form} denied={denied} onCreate={create} />}
        {tab === "channels" && <Channels {...form} denied={denied} onCreate={create} />}
      </Suspense>
    </Page>
  );
}
