/** A form for the input of an operation. Faults from the server appear at their fields, and typed text stays. */
import type { BailiwickError } from "@bailiwick/sdk";
import type { FieldSchema, InputSchema } from "@bailiwick/sdk/inputs";
import { ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { describeError } from "../../data/query.ts";
import { Button } from "../../ui/button.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { type FieldKind, faultsByField, kindOf, mayBeNull, readTyped, typedOf } from "./form-values.ts";
import { SchemaField } from "./schema-field.tsx";

export interface SchemaFormProps {
  /** The shape of the input of the operation. */
  input: InputSchema;
  /** The fields to show, in this order. */
  fields: readonly string[];
  /** Of these fields, one is given. Tabs choose it, and it stands at the place of the first one in `fields`. */
  either?: Either;
  /** Rarely needed fields, behind "More". */
  more?: readonly string[];
  /** Names what is behind "More". */
  moreAbout?: string;
  labels?: Readonly<Record<string, string>>;
  hints?: Readonly<Record<string, string>>;
  /** Labels of the choices of a field. */
  words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The current values. Only changed fields are submitted, and emptied fields as null. */
  initial?: Readonly<Record<string, unknown>>;
  action: string;
  onSubmit: (values: Record<string, unknown>) => Promise<unknown>;
  onCancel?: () => void;
  isBusy: boolean;
  /** The error of the last attempt. */
  error: BailiwickError | undefined;
  denied?: string | undefined;
  /** Two short fields stand side by side. */
  isPaired?: boolean;
  /** The form makes something new, so values that stay as they were at first are sent too. */
  isNew?: boolean;
  /** False where the form is only a part of the page. */
  isAutoFocused?: boolean;
}

export interface Either {
  /** The name that the fields have in common. */
  label: string;
  /** The label of the tab of each field. */
  fields: Readonly<Record<string, string>>;
}

export function SchemaForm(props: SchemaFormProps) {
  const { fields, more = [], moreAbout, action, onCancel, isBusy, error, denied, isPaired = false } = props;
  const state = useFormState(props);
  const form = useFocusOnFault(error, state.faults);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    if (denied === undefined && !isBusy) state.submit();
  };
  return (
    <form
      ref={form}
      className="space-y-4"
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        state.submit();
      }}
    >
      <div className={isPaired ? PAIRS : "space-y-4"}>
        <Fields form={props} state={state} names={fields} />
      </div>
      {more.length > 0 && (
        <details className="group" open={more.some((name) => state.shownFaults[name] !== undefined) || undefined}>
          <summary className="flex cursor-default list-none items-center gap-1 rounded-sm text-sm font-medium text-ink-2 hover:text-ink">
            <ChevronRight aria-hidden className="size-3.5 shrink-0 transition-transform group-open:rotate-90" />
            <span>
              More
              {moreAbout && <span className="font-normal text-ink-3">: {moreAbout}</span>}
            </span>
          </summary>
          <div className={`mt-3 ${PAIRS}`}>
            <Fields form={{ ...props, isAutoFocused: false }} state={state} names={more} />
          </div>
        </details>
      )}
      {error && <FormFault error={error} shown={[...fields, ...more]} />}
      <div className="flex justify-end gap-2">
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" look="primary" keys="mod+enter" isBusy={isBusy} denied={denied}>
          {action}
        </Button>
      </div>
    </form>
  );
}

/** Long texts have the whole width. */
const PAIRS = "grid items-start gap-4 sm:grid-cols-2 sm:*:has-[textarea]:col-span-2";

/** The typed values and their faults, found here or by the server. */
function useFormState({ input, fields, either, more = [], initial = {}, isNew, error, onSubmit }: SchemaFormProps) {
  const all = [...fields, ...more].flatMap((name) => fieldOf(input, name));
  const [typed, setTyped] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(all.map(({ name, field }) => [name, typedOf(kindOf(name, field), initial[name])])),
  );
  const [faults, setFaults] = useState<Record<string, string>>({});
  const ways = Object.keys(either?.fields ?? {});
  const [way, setWay] = useState(() => ways.find((name) => initial[name] !== undefined) ?? ways[0]);
  const submit = () => {
    const given = all
      .filter(({ name }) => name === way || !ways.includes(name))
      .map((field) => (field.name === way ? { ...field, isRequired: true } : field));
    const read = readAll(given, typed, initial, isNew);
    setFaults(read.faults);
    if (Object.keys(read.faults).length === 0) void onSubmit(read.values);
  };
  const set = (name: string, value: unknown) => setTyped((now) => ({ ...now, [name]: value }));
  return {
    schema: input,
    typed,
    set,
    faults,
    shownFaults: { ...(error ? faultsByField(error.errors) : {}), ...faults },
    submit,
    way,
    ways,
    setWay,
  };
}

interface FieldsProps {
  form: SchemaFormProps & { isLabelHidden?: boolean };
  state: ReturnType<typeof useFormState>;
  names: readonly string[];
}

function Fields({ form, state, names }: FieldsProps) {
  const { labels, hints, words, either, initial = {}, isAutoFocused = true } = form;
  return names.flatMap((name, at) => {
    if (either && state.ways.includes(name)) {
      return name === state.ways[0] ? <EitherField key={name} form={form} state={state} either={either} /> : [];
    }
    return fieldOf(state.schema, name).map(({ field, isRequired }) => (
      <SchemaField
        key={name}
        name={name}
        schema={field}
        value={state.typed[name]}
        onChange={(value) => state.set(name, value)}
        label={labels?.[name]}
        hint={hints?.[name]}
        words={words?.[name]}
        isSet={initial[name] !== undefined && !mayBeNull(field)}
        error={state.shownFaults[name]}
        isRequired={isRequired}
        isAutoFocused={isAutoFocused && at === 0}
        isLabelHidden={form.isLabelHidden}
      />
    ));
  });
}

/** The tabs of the fields of which one is given, and the chosen field. */
function EitherField({ form, state, either }: Omit<FieldsProps, "names"> & { either: Either }) {
  const tabs = state.ways.map((value) => ({ value, label: either.fields[value] ?? value }));
  const { way } = state;
  return (
    <div className="space-y-1.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span aria-hidden className="text-sm font-medium">
          {either.label}
        </span>
        {way !== undefined && <Tabs label={either.label} value={way} tabs={tabs} onChange={state.setWay} />}
      </div>
      {way !== undefined && (
        <Fields
          form={{ ...form, isAutoFocused: false, isLabelHidden: true }}
          // Without ways, the chosen field is shown as any other field.
          state={{ ...state, ways: [] }}
          names={[way]}
        />
      )}
    </div>
  );
}

/** Focuses the first field with a fault, because a form can be longer than the screen. */
function useFocusOnFault(error: unknown, faults: unknown) {
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new error or new faults move the focus.
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [error, faults]);
  return form;
}

interface FormField {
  name: string;
  field: FieldSchema;
  isRequired: boolean;
}

function fieldOf({ properties = {}, required = [] }: InputSchema, name: string): FormField[] {
  const field = properties[name];
  return field ? [{ name, field, isRequired: required.includes(name) }] : [];
}

function readAll(
  all: readonly FormField[],
  typed: Record<string, unknown>,
  initial: Readonly<Record<string, unknown>>,
  isNew = false,
) {
  const values: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const { name, field, isRequired } of all) {
    const kind = kindOf(name, field);
    const read = readTyped(kind, typed[name]);
    if (!read.ok) {
      faults[name] = read.error;
      continue;
    }
    if (read.value === undefined && isRequired) faults[name] = "Is required.";
    const isAsBefore = JSON.stringify(typedOf(kind, initial[name])) === JSON.stringify(typed[name]);
    if (isAsBefore && !isRequired && !isNew) continue;
    const emptied = mayBeNull(field) ? null : emptyOf(kind, field);
    const value = read.value ?? (initial[name] === undefined ? undefined : emptied);
    if (value !== undefined) values[name] = value;
  }
  return { values, faults };
}

/** The empty value of a field that may not be null. */
function emptyOf(kind: FieldKind, { type }: FieldSchema): unknown {
  if (kind === "text" || kind === "long") return "";
  return type === "object" ? {} : undefined;
}

function FormFault({ error, shown }: { error: BailiwickError; shown: readonly string[] }) {
  const { title, detail, requestId } = describeError(error);
  const elsewhere = error.errors.filter(({ path }) => !shown.includes(path.split("/")[1] ?? ""));
  if (error.errors.length > 0 && elsewhere.length === 0) return null;
  return (
    <div role="alert" className="rounded bg-failed-soft px-3 py-2 text-sm text-failed">
      <p className="font-medium">{title}</p>
      <p className="break-words">{elsewhere.map(({ path, message }) => `${path} ${message}`).join(" ") || detail}</p>
      {requestId && <p className="font-mono text-xs break-all">Request {requestId}</p>}
    </div>
  );
}
