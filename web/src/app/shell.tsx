/** The navigation, at the left or on a phone at the bottom, and the page. */
import { Outlet, useNavigate } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { useAgents } from "../data/agents.ts";
import { undo } from "../data/notices.ts";
import { useDenied } from "../data/session.tsx";
import { useStopsInForce } from "../data/stops.ts";
import { UNDO, useHotkeys } from "../ui/keys.ts";
import { lazyPart } from "../ui/lazy-part.tsx";
import { setWaiting } from "../ui/title.ts";
import { useIsPhone } from "../ui/use-media.ts";
import { BottomBar } from "./bottom-bar.tsx";
import { EarlyMenu } from "./early-menu.tsx";
import { useShownSections } from "./navigation.ts";
import { Sidebar } from "./sidebar.tsx";
import { useStrayKeys } from "./use-stray-keys.ts";

const CommandMenu = lazyPart(() => import("./command-menu.tsx"), "CommandMenu");
const StopBanner = lazyPart(() => import("./stop-banner.tsx"), "StopBanner");
const StopDialog = lazyPart(() => import("../domain/stops/stop-dialog.tsx"), "StopDialog");
const KeyHelp = lazyPart(() => import("./key-help.tsx"), "KeyHelp");

export function Shell() {
  const [menu, setMenu] = useState(false);
  const [text, setText] = useState("");
  useStrayKeys(menu, setText);
  const field = { text, onText: setText, onClose: () => setMenu(false) };
  const openMenu = () => {
    setText("");
    setMenu(true);
  };
  const [help, setHelp] = useState(false);
  const [isStopping, setStopping] = useState(false);
  const stopDenied = useDenied("stop:write");
  const stop = () => setStopping(true);
  const stops = useStopsInForce();
  const isPhone = useIsPhone();
  const navigate = useNavigate();
  const sections = useShownSections();
  // Every page shows names of agents.
  useAgents();
  useHotkeys([
    { keys: "mod+k", label: "Search and commands", isMove: true, run: openMenu },
    { keys: UNDO, label: "Undo the last step", isMove: true, run: () => undo() },
    { keys: "?", label: "Keyboard shortcuts", run: () => setHelp(true) },
    { label: "Stop the workspace or an agent…", denied: stopDenied, run: stop },
    ...sections.map(({ keys, label, to }) => ({
      keys,
      label: `Go to ${label}`,
      isMove: true,
      run: () => void navigate({ to }),
    })),
  ]);
  return (
    <div className="flex h-full max-sm:flex-col">
      <a
        href="#main"
        className="sr-only rounded bg-accent px-3 py-1 text-white focus:not-sr-only focus:absolute focus:z-50"
      >
        Skip to the content
      </a>
      {!isPhone && <Sidebar openMenu={openMenu} stop={stop} />}
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none">
        <Suspense>{stops.length > 0 && <StopBanner stops={stops} />}</Suspense>
        <Outlet />
      </main>
      {isPhone && <BottomBar openMenu={openMenu} stop={stop} />}
      {sections.map(({ to, useCount }) => useCount && <WaitingTitle key={to} use={useCount} />)}
      <Suspense fallback={<EarlyMenu {...field} />}>{menu && <CommandMenu {...field} />}</Suspense>
      <Suspense>{isStopping && <StopDialog onClose={() => setStopping(false)} />}</Suspense>
      <Suspense>{help && <KeyHelp onClose={() => setHelp(false)} />}</Suspense>
    </div>
  );
}

function WaitingTitle({ use }: { use: () => number | undefined }): null {
  const count = use() ?? 0;
  useEffect(() => setWaiting(count), [count]);
  return null;
}
