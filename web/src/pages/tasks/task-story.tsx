/** The events of a task as a story: one sentence per event, with its data behind a button. */
import { useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { stored } from "../../data/stored.ts";
import type { TaskDetail } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState, Skeleton, StaleBar } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { compactStory, lineOf, type StoryLine } from "./compact-story.ts";
import { StoryEvent } from "./story-event.tsx";
import { useStory } from "./use-story.ts";

const VIEWS = [
  { value: "compact", label: "Compact" },
  { value: "full", label: "Full" },
] as const;
type View = (typeof VIEWS)[number]["value"];

/** The view of stories is a habit of the person, so the browser keeps it and not the address. */
const view = stored("bailiwick-story", "compact");

export function TaskStory({ task }: { task: TaskDetail }) {
  const [shown, setShown] = useState<View>(view.get() === "full" ? "full" : "compact");
  const show = (value: View) => {
    view.set(value);
    setShown(value);
  };
  return (
    <Section title="Story" about={<Tabs label="View of the story" value={shown} tabs={VIEWS} onChange={show} />}>
      <Story task={task} isFull={shown === "full"} />
    </Section>
  );
}

function Story({ task, isFull }: { task: TaskDetail; isFull: boolean }) {
  const { data, error, isError, refetch, readMore, isFetching } = useStory(task.id);
  const target = useLocation({ select: ({ hash }) => hash });
  useTarget(target, data !== undefined);
  if (!data) return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={4} />;
  // A linked event is shown, even where the compact view would fold it.
  const isWhole = isFull || data.events.some((event) => event.id === target);
  const lines: StoryLine[] = isWhole ? data.events.map(lineOf) : compactStory(data.events);
  return (
    <>
      {isError && <StaleBar retry={() => void refetch()} />}
      <ol>
        {lines.map((line) => (
          <StoryEvent
            key={line.key}
            task={task}
            event={line.event}
            folded={line.folded}
            isTarget={line.event.id === target}
          />
        ))}
      </ol>
      {data.hasMore && (
        <Button size="small" className="mt-2" isBusy={isFetching} onClick={readMore}>
          Show more
        </Button>
      )}
    </>
  );
}

/** Scrolls to the event that the address names. */
function useTarget(id: string, isThere: boolean): void {
  useEffect(() => {
    if (id && isThere) document.getElementById(id)?.scrollIntoView({ block: "center" });
  }, [id, isThere]);
}
