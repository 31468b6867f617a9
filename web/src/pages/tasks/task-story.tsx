/** What happened to a task, as a story: each event one sentence, its data behind it. */
import { useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { stored } from "../../app/stored.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState, Skeleton, StaleBar } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { compactStory, type StoryLine } from "./event-text.ts";
import { StoryEvent } from "./story-event.tsx";
import { useStory } from "./use-story.ts";

const VIEWS = [
  { value: "compact", label: "Compact" },
  { value: "full", label: "Full" },
] as const;
type View = (typeof VIEWS)[number]["value"];

/** How somebody reads stories is their own habit, not part of what they show others. */
const view = stored("bailiwick-story", "compact");

export function TaskStory({ id }: { id: string }) {
  const [shown, setShown] = useState<View>(view.get() === "full" ? "full" : "compact");
  const show = (value: View) => {
    view.set(value);
    setShown(value);
  };
  return (
    <Section title="Story" about={<Tabs label="How much of the story" value={shown} tabs={VIEWS} onChange={show} />}>
      <Story id={id} isFull={shown === "full"} />
    </Section>
  );
}

function Story({ id, isFull }: { id: string; isFull: boolean }) {
  const { data, error, isError, refetch, readMore, isFetching } = useStory(id);
  const target = useLocation({ select: ({ hash }) => hash });
  useTarget(target, data !== undefined);
  if (!data) return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={4} />;
  // An event that somebody linked to is shown, even where it would be folded.
  const isWhole = isFull || data.events.some((event) => event.id === target);
  const lines: StoryLine[] = isWhole ? data.events.map((event) => ({ event, folded: 0 })) : compactStory(data.events);
  return (
    <>
      {isError && <StaleBar retry={() => void refetch()} />}
      <ol>
        {lines.map((line) => (
          <StoryEvent key={line.event.id} {...line} isTarget={line.event.id === target} />
        ))}
      </ol>
      {data.hasMore && (
        <Button size="small" className="mt-2" isBusy={isFetching} onClick={readMore}>
          Read on
        </Button>
      )}
    </>
  );
}

/** The event that the address names is what one came for. */
function useTarget(id: string, isThere: boolean): void {
  useEffect(() => {
    if (id && isThere) document.getElementById(id)?.scrollIntoView({ block: "center" });
  }, [id, isThere]);
}
