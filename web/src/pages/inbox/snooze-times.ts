/** The times until which a row can be put away with one press. Pure. */

interface SnoozeTime {
  label: string;
  until: Date;
}

const HOUR_MS = 3_600_000;
const MORNING_HOUR = 9;
const EVENING_HOUR = 18;

/** This evening is left out when the evening is less than an hour away or over. */
export function snoozeTimes(now: Date): readonly SnoozeTime[] {
  const evening = at(now, 0, EVENING_HOUR);
  return [
    { label: "In 1 hour", until: new Date(now.getTime() + HOUR_MS) },
    ...(evening.getTime() - now.getTime() > HOUR_MS ? [{ label: "This evening", until: evening }] : []),
    { label: "Tomorrow morning", until: at(now, 1, MORNING_HOUR) },
    { label: "Next Monday", until: at(now, (8 - now.getDay()) % 7 || 7, MORNING_HOUR) },
  ].filter((one, place, all) => all.findIndex(({ until }) => until.getTime() === one.until.getTime()) === place);
}

function at(day: Date, daysLater: number, hour: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysLater, hour);
}
