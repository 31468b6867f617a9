/** The current activity of the workspace. */
import { Page } from "../../ui/page.tsx";
import { AgentsNow } from "./agents-now.tsx";
import { Figures } from "./figures.tsx";
import { LastHour } from "./hour-strip.tsx";
import { Latest } from "./latest.tsx";
import { NeedsLook } from "./needs-look.tsx";
import { RunningNow } from "./running-now.tsx";
import { useHourView } from "./use-hour-view.ts";
import { useOverview } from "./use-overview.ts";

export function OverviewPage() {
  const now = useOverview();
  const view = useHourView();
  return (
    <Page title="Overview">
      <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <Figures now={now} />
        <LastHour view={view} />
        <div className="grid border-t border-line xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <div className="min-w-0">
            <RunningNow now={now} progress={view.progress} />
            <NeedsLook now={now} />
            <AgentsNow now={now} />
          </div>
          <Latest view={view} />
        </div>
      </div>
    </Page>
  );
}
