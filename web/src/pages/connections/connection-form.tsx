/** Connects a service, or changes a connection. A secret is written and never shown. */
import type { Connection } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, Select, TextInput } from "../../ui/field.tsx";
import { AgentsField } from "./agents-field.tsx";
import { SERVICE_OPTIONS, SERVICES } from "./services.ts";

const NAME_LENGTH_MAX = 100;
const SECRET_LENGTH_MAX = 10_000;

interface FormProps {
  /** Without a connection, the form makes a new one. */
  of?: Connection;
  onClose: () => void;
  onSaved?: (connection: Connection) => void;
}

export function ConnectionForm({ of: connection, onClose, onSaved }: FormProps) {
  const { fields, set, setConfig, submit, denied, error, isRunning } = useConnectionForm(connection, (saved) => {
    onClose();
    onSaved?.(saved);
  });
  const { about } = SERVICES[fields.service_type];
  return (
    <Dialog title={connection ? "Change this connection" : "Connect a service"} isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        <div className="grid gap-4 sm:grid-cols-2">
          {!connection && (
            <Select
              label="Service"
              value={fields.service_type}
              options={SERVICE_OPTIONS}
              hint={about}
              onChange={(service_type) => service_type !== "" && set({ service_type, config: {}, secret: "" })}
            />
          )}
          <TextInput
            label="Name"
            isRequired
            isAutoFocused
            maxLength={NAME_LENGTH_MAX}
            value={fields.name}
            onChange={(name) => set({ name })}
          />
        </div>
        <Settings fields={fields} set={set} setConfig={setConfig} isSecretSet={connection?.secret === "set"} />
        <AgentsField ids={fields.agent_ids} onChange={(agent_ids) => set({ agent_ids })} />
        <CommandFault error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={isRunning} denied={denied}>
            {connection ? "Save" : "Connect"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface SettingsProps extends Pick<ReturnType<typeof useConnectionForm>, "fields" | "set" | "setConfig"> {
  isSecretSet: boolean;
}

/** The fields of the service. */
function Settings({ fields, set, setConfig, isSecretSet }: SettingsProps) {
  const { config, secret } = SERVICES[fields.service_type];
  return (
    <>
      {config.map(({ name, ...field }) => (
        <TextInput
          key={name}
          {...field}
          value={String(fields.config[name] ?? "")}
          onChange={(value) => setConfig(name, value)}
        />
      ))}
      {secret && (
        <TextInput
          label={secret.label}
          hint={isSecretSet ? "It is set. Leave it empty to keep it." : secret.hint}
          isRequired={secret.isRequired === true && !isSecretSet}
          maxLength={SECRET_LENGTH_MAX}
          isMono
          value={fields.secret}
          onChange={(value) => set({ secret: value })}
        />
      )}
      {fields.service_type === "http" && (
        <Check
          label="The same key twice has one effect"
          hint="The service knows the header Idempotency-Key. Then an action is sent again after a crash in the middle of sending."
          isChecked={fields.config.repeats_safely === true}
          onChange={(value) => setConfig("repeats_safely", value)}
        />
      )}
    </>
  );
}

function fieldsOf(connection: Connection | undefined) {
  return {
    service_type: connection?.service_type ?? ("http" as const satisfies Connection["service_type"]),
    name: connection?.name ?? "",
    config: { ...connection?.config } as Record<string, unknown>,
    secret: "",
    agent_ids: connection?.agent_ids ?? null,
  };
}

type Fields = Omit<ReturnType<typeof fieldsOf>, "service_type"> & Pick<Connection, "service_type">;

function useConnectionForm(connection: Connection | undefined, onSaved: (connection: Connection) => void) {
  const [fields, setFields] = useState<Fields>(() => fieldsOf(connection));
  const set = (change: Partial<Fields>) => setFields((now) => ({ ...now, ...change }));
  const setConfig = (name: string, value: unknown) => set({ config: { ...fields.config, [name]: value } });
  const mayWrite = useDenied("connections:write");
  const { service_type, name, config, secret, agent_ids } = fields;
  const service = SERVICES[service_type];
  const filled = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== "" && value !== false));
  const given = { name, config: filled, agent_ids, ...(secret !== "" && { secret }) };
  const options = { changes: ["connections", "actions"], isQuiet: true };
  const create = useCommand({
    ...options,
    send: ({ connections }) => connections.create({ service_type, ...given }),
    done: "Connected. Test it next.",
  });
  const update = useCommand({
    ...options,
    send: ({ connections }, id: string) => connections.update({ id, ...given }),
    done: "Connection changed",
  });
  const empty = service.config.find((field) => field.isRequired && !filled[field.name]);
  const missing =
    name.trim() === ""
      ? "Enter a name first."
      : empty
        ? `Enter the field ${empty.label} first.`
        : service.secret?.isRequired && !connection && secret === ""
          ? `Enter the field ${service.secret.label} first.`
          : undefined;
  const denied = mayWrite ?? missing;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied !== undefined) return;
    const saved = connection ? await update.run(connection.id) : await create.run(undefined);
    if (saved) onSaved(saved);
  };
  const { error, isRunning } = connection ? update : create;
  return { fields, set, setConfig, submit, denied, error, isRunning };
}
