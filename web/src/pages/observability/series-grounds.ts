/** The colours of the parts of a chart, the dearest first. The others are grey. */
const GROUNDS = [
  "bg-series-1",
  "bg-series-2",
  "bg-series-3",
  "bg-series-4",
  "bg-series-5",
  "bg-series-6",
  "bg-series-7",
  "bg-series-8",
] as const;

export function seriesGround(place: number | undefined): string {
  return (place === undefined ? undefined : GROUNDS[place]) ?? "bg-ink-3/50";
}
