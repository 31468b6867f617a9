/** The fields of the forms that make and rotate keys. */
import { type Permission, USED_PERMISSIONS } from "@bailiwick/sdk";
import { useState } from "react";
import { useRead } from "../../data/query.ts";
import { Button } from "../../ui/button.tsx";
import { Check, Select, TextInput } from "../../ui/field.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";

const KINDS = [
  {
    value: "agent",
    label: "An agent",
    about: "Acts as this agent: takes tasks, sends messages, reports its work. It cannot manage the workspace.",
  },
  {
    value: "service",
    label: "A service",
    about: "A program of yours with the scopes that you choose below. It acts for no agent and never approves.",
  },
] as const;
type Kind = (typeof KINDS)[number]["value"];

export function KindChoice({ value, onChange }: { value: Kind; onChange: (kind: Kind) => void }) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Who uses it</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {KINDS.map((kind) => (
          <label
            key={kind.value}
            className="flex gap-2 rounded border border-line-strong p-3 has-checked:border-accent-ink has-checked:bg-selected"
          >
            <input
              type="radio"
              name="key-kind"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={kind.value === value}
              onChange={() => onChange(kind.value)}
            />
            <span>
              <span className="block font-medium">{kind.label}</span>
              <span className="block text-sm text-ink-2">{kind.about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const ROWS_MAX = 200;

interface ScopeProps {
  value: readonly string[];
  onChange: (scopes: readonly string[]) => void;
}

/** The scopes of a service, each with its meaning. */
export function ScopeChoice({ value, onChange }: ScopeProps) {
  const { data, error, refetch } = useRead(["permissions", "list"], (client, call) =>
    client.permissions.list({ limit: ROWS_MAX }, call),
  );
  const scopes = scopesOf(data?.items ?? []);
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">
        What it may do <span className="text-ink-3">(required)</span>
      </legend>
      {error && <ErrorState error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={6} />}
      {scopes.length > 0 && (
        <div className="mb-3 flex flex-wrap gap-2">
          {presetsOf(scopes).map(({ label, picked }) => (
            <Button key={label} size="small" onClick={() => onChange(picked)}>
              {label}
            </Button>
          ))}
        </div>
      )}
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        {scopes.map(({ scope, meanings }) => (
          <Check
            key={scope}
            label={meanings.join(" ")}
            hint={<code className="text-xs">{scope}</code>}
            isChecked={value.includes(scope)}
            onChange={(isOn) => onChange(isOn ? [...value, scope] : value.filter((other) => other !== scope))}
          />
        ))}
      </div>
    </fieldset>
  );
}

const isUsed = (permission: string): boolean => USED_PERMISSIONS.some((one) => one === permission);

interface Scope {
  scope: string;
  meanings: string[];
}

/** Returns each scope of an operation once, reading before writing, with the meanings of its permissions. */
export function scopesOf(permissions: readonly Permission[]): Scope[] {
  const scopes = new Map<string, string[]>();
  for (const { permission, scope, meaning } of permissions) {
    if (scope !== null && isUsed(permission)) scopes.set(scope, [...(scopes.get(scope) ?? []), meaning]);
  }
  const rows = [...scopes].map(([scope, meanings]) => ({ scope, meanings }));
  return [...rows.filter(isReading), ...rows.filter((row) => !isReading(row))];
}

const isReading = ({ scope }: Scope): boolean => scope.endsWith(":read");

const PRESETS = [
  { label: "Read everything", fits: isReading },
  { label: "Send telemetry", fits: ({ scope }: Scope) => scope === "ingest" },
  { label: "Nothing", fits: () => false },
];

/** Returns the usual choices of scopes. */
export function presetsOf(scopes: readonly Scope[]): { label: string; picked: string[] }[] {
  return PRESETS.map(({ label, fits }) => ({ label, picked: scopes.filter(fits).map(({ scope }) => scope) }));
}

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
  /** The typed time, in the person's time zone. */
  at: string;
}

/** The end of a key. `empty` is the label of no choice. */
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

/** Returns the time to send; undefined leaves the default. */
export function expiryTime({ choice, at }: Expiry, now: number): string | undefined {
  const days = DAYS[choice];
  if (days !== undefined) return new Date(now + days * DAY_MS).toISOString();
  const time = choice === "at" ? Date.parse(at) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The person chose to enter a time and has not entered one. */
export const isExpiryMissing = (expiry: Expiry): boolean =>
  expiry.choice === "at" && expiryTime(expiry, 0) === undefined;
