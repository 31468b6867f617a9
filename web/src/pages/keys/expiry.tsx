/** When a key ends: after a time that is chosen, or on a day. */
import { useState } from "react";
import { Select, TextInput } from "../../ui/field.tsx";

const DAY_MS = 86_400_000;
const DAYS: Record<string, number> = { "30": 30, "90": 90, "365": 365 };
const OPTIONS = [
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "at", label: "At a time…" },
];

export interface Expiry {
  choice: string;
  /** As typed, in the person's own time zone. */
  at: string;
}

/** `empty`: what it is called when nothing is chosen. */
export function ExpiryField({ empty, value, onChange, error }: ExpiryFieldProps) {
  return (
    <>
      <Select
        label="Expires"
        empty={empty}
        value={value.choice}
        options={OPTIONS}
        onChange={(choice) => onChange({ ...value, choice })}
        error={value.choice === "at" ? undefined : error}
      />
      {value.choice === "at" && (
        <TextInput
          label="Ends at"
          type="datetime-local"
          value={value.at}
          error={error}
          onChange={(at) => onChange({ ...value, at })}
        />
      )}
    </>
  );
}

interface ExpiryFieldProps {
  empty: string;
  value: Expiry;
  onChange: (value: Expiry) => void;
  error: string | undefined;
}

export const useExpiry = () => useState<Expiry>({ choice: "", at: "" });

/** What is sent; undefined leaves it as it is by default. */
export function expiryTime({ choice, at }: Expiry, now: number): string | undefined {
  const days = DAYS[choice];
  if (days !== undefined) return new Date(now + days * DAY_MS).toISOString();
  const time = choice === "at" ? Date.parse(at) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** A time that was to be chosen and was not. */
export const isExpiryMissing = (expiry: Expiry): boolean =>
  expiry.choice === "at" && expiryTime(expiry, 0) === undefined;
