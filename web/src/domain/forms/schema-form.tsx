/** A form for the input of an operation. Faults from the server appear at their fields, and typed text stays. */
import type { BailiwickError } from "@bailiwick/sdk";
import type { FieldSchema, InputSchema } from "@bailiwick/sdk/inputs";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { describeError } from "../../data/query.ts";
import { Button } from "../../ui/button.tsx";
import { type FieldKind, faultsByField, kindOf, mayBeNull, readTyped, typedOf } from "./form-values.ts";
import { SchemaField } from "./schema-field.tsx";

export interface SchemaFormProps {
  /** The shape of the input of the operation. */
  input: InputSchema;
  /** The fields to show, in this order. */
  fields: readonly string[];
  /** Rarely needed fields, behind "More". */
  more?: readonly string[];
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
  /** The form makes something new, so values that stay as they were at first are sent too. */
  isNew?: boolean;
  /** False where the form is only a part of the page. */
  isAutoFocused?: boolean;
}

export function SchemaForm(props: SchemaFormProps) {
  const { fields, more = [], action, onCancel, isBusy, error, denied } = props;
  const state = useFormState(props);
  const form = useFocusOnFault(error, state.faults);
  return (
    <form ref={form} className="space-y-4" noValidate onSubmit={state.submit}>
      <Fields form={props} state={state} names={fields} />
      {more.length > 0 && (
        <details open={more.some((name) => state.shownFaults[name] !== undefined) || undefined}>
          <summary className="rounded-sm text-sm font-medium text-ink-2">More</summary>
          <div className="mt-3 space-y-4">
            <Fields form={{ ...props, isAutoFocused: false }} state={state} names={more} />
          </div>
        </details>
      )}
      {error && <FormFault error={error} shown={[...fields, ...more]} />}
      <div className="flex justify-end gap-2">
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" look="primary" isBusy={isBusy} denied={denied}>
          {action}
        </Button>
      </div>
    </form>
  );
}

/** The typed values and their faults, found here or by the server. */
function useFormState({ input, fields, more = [], initial = {}, isNew, error, onSubmit }: SchemaFormProps) {
  const all = [...fields, ...more].flatMap((name) => fieldOf(input, name));
  const [typed, setTyped] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(all.map(({ name, field }) => [name, typedOf(kindOf(name, field), initial[name])])),
  );
  const [faults, setFaults] = useState<Record<string, string>>({});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readAll(all, typed, initial, isNew);
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
  };
}

interface FieldsProps {
  form: SchemaFormProps;
  state: ReturnType<typeof useFormState>;
  names: readonly string[];
}

function Fields({ form, state, names }: FieldsProps) {
  const { labels, hints, words, initial = {}, isAutoFocused = true } = form;
  return names.flatMap((name, at) =>
    fieldOf(state.schema, name).map(({ field, isRequired }) => (
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
      />
    )),
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
