/** The last hour as the page shows it, and which minute of it is looked at. */
import { useMemo, useState } from "react";
import { useNow } from "../../ui/time.tsx";
import { linesOf, minutesOf, progressByTask, titlesIn } from "./last-hour.ts";
import { useLastHour } from "./use-last-hour.ts";

const LINES_MAX = 30;
const MINUTE_MS = 60_000;
const NO_FACTS = { facts: [], knownFrom: Number.POSITIVE_INFINITY };

export type HourView = ReturnType<typeof useHourView>;

export function useHourView() {
  const { hour, error, reload } = useLastHour();
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  /** Shown alone. */
  const [chosen, setChosen] = useState<number>();
  /** Under the pointer: in the strip it marks its lines, and in the list its bar. */
  const [nearBar, setNearBar] = useState<number>();
  const [nearLine, setNearLine] = useState<number>();
  const { facts } = hour ?? NO_FACTS;
  const minutes = useMemo(() => minutesOf(hour ?? NO_FACTS, minute), [hour, minute]);
  const lines = useMemo(() => linesOf(facts, LINES_MAX, chosen), [facts, chosen]);
  const progress = useMemo(() => progressByTask(facts), [facts]);
  const titles = useMemo(() => titlesIn(facts), [facts]);
  return {
    titles,
    isLoading: !hour && !error,
    error,
    reload,
    minutes,
    lines,
    progress,
    chosen,
    setChosen,
    nearBar,
    setNearBar,
    nearLine,
    setNearLine,
  };
}
