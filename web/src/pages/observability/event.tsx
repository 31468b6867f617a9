/** One event on its own page. */
import { getRouteApi } from "@tanstack/react-router";
import { aboutOf, eventLook } from "../../domain/usage/event-words.ts";
import { useEvent } from "../../domain/usage/events.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Page, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { EventDetail } from "./event-detail.tsx";

const UP = { href: "/live", label: "Go to the events" };
const route = getRouteApi("/live/$id");

export function EventPage() {
  const { id } = route.useParams();
  const { data: event, error, refetch } = useEvent(id);
  if (!event) {
    return (
      <Page title="Event" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  const about = aboutOf(event);
  return (
    <Page title={eventLook(event.event_type).word} up={UP}>
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <div className="max-w-384 pt-4">
          {about && (
            <div className="px-4 pb-3 text-lg text-ink-2">
              <AgentText text={about} />
            </div>
          )}
          <EventDetail event={event} isPage />
        </div>
      </div>
    </Page>
  );
}
