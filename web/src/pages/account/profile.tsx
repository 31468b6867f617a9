/** The profile: name, theme, permissions, and leaving the workspace. */
import { USED_PERMISSIONS } from "@bailiwick/sdk";
import { Suspense, useState } from "react";
import { SingleKeysSwitch } from "../../app/single-keys-switch.tsx";
import { THEME_NAMES, THEMES, useTheme } from "../../app/theme.ts";
import { useCommand } from "../../data/command.ts";
import { useSession, withArticle } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Select } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { AllFacts } from "../../ui/sentence.tsx";
import { Setting } from "../../ui/setting.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { usePermissionTable } from "./own.ts";

const PersonNameDialog = lazyPart(() => import("./name-dialogs.tsx"), "PersonNameDialog");

export function Profile() {
  return (
    <>
      <Setting title="You">
        <Person />
      </Setting>
      <Setting title="Appearance">
        <ThemeChoice />
      </Setting>
      <Setting title="Keyboard">
        <SingleKeysSwitch />
      </Setting>
      <Setting title="Your permissions here">
        <Permissions />
      </Setting>
      <Setting title="Leave">
        <Leave />
      </Setting>
    </>
  );
}

function Person() {
  const { user } = useSession();
  const [isNaming, setNaming] = useState(false);
  return (
    <>
      <Facts>
        <FactLine name="Name">
          <span className="flex min-w-0 items-center gap-3">
            {user.name === null ? (
              <span className="text-ink-3">none yet; others see your address</span>
            ) : (
              <bdi className="truncate">{user.name}</bdi>
            )}
            <Button size="small" onClick={() => setNaming(true)}>
              Change name
            </Button>
          </span>
        </FactLine>
        <FactLine name="Email">
          <bdi>{user.email}</bdi>
        </FactLine>
      </Facts>
      <Suspense>{isNaming && <PersonNameDialog onClose={() => setNaming(false)} />}</Suspense>
    </>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useTheme();
  return (
    <div className="max-w-md">
      <Select
        label="Theme"
        hint="For this browser only."
        value={theme}
        options={THEMES.map((value) => ({ value, label: THEME_NAMES[value] }))}
        onChange={(next) => setTheme(next || "system")}
      />
    </div>
  );
}

function Permissions() {
  const { permissions, workspace } = useSession();
  const { data, error, refetch } = usePermissionTable();
  if (!data) return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={4} />;
  const forPeople = data.items.filter(
    ({ roles, permission }) => roles.length > 0 && USED_PERMISSIONS.some((one) => one === permission),
  );
  const [may, mayNot] = [true, false].map((has) => forPeople.filter((row) => permissions.has(row.permission) === has));
  return (
    <div className="space-y-3">
      <p>
        You are {withArticle(workspace.role)} of <bdi className="font-medium break-words">{workspace.name}</bdi>.
      </p>
      <Meanings label="You may" rows={may ?? []} />
      <Meanings label="You may not" rows={mayNot ?? []} />
    </div>
  );
}

function Meanings({ label, rows }: { label: string; rows: readonly { permission: string; meaning: string }[] }) {
  if (rows.length === 0) return null;
  return (
    <AllFacts label={`${label}: ${counted(rows.length, "permission")}`}>
      <ul className=" list-disc gap-x-8 space-y-0.5 pl-5 text-sm text-ink-2 sm:columns-2">
        {rows.map(({ permission, meaning }) => (
          <li key={permission}>{meaning}</li>
        ))}
      </ul>
    </AllFacts>
  );
}

function Leave() {
  const { workspace, workspaces } = useSession();
  const [isOpen, setOpen] = useState(false);
  const { run } = useCommand({ send: ({ members }) => members.leave({ id: workspace.id }) });
  const denied =
    workspace.role !== "owner"
      ? undefined
      : workspace.id === workspaces[0]?.id
        ? "This is your own workspace. You cannot leave or transfer it."
        : "The owner of a workspace cannot leave it. Transfer it to another member first, under Workspaces.";
  return (
    <>
      <p className="mb-3 text-sm text-ink-2">
        Your access to this workspace ends, and so do the keys that you created in it.
      </p>
      <Button look="danger" denied={denied} onClick={() => setOpen(true)}>
        Leave this workspace
      </Button>
      {denied && <p className="mt-2 text-sm text-ink-3">{denied}</p>}
      <Confirm
        title="Leave this workspace?"
        action="Leave"
        isDangerous
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={async () => {
          const left = await run(undefined);
          // All data on screen belongs to this workspace.
          if (left) location.assign("/inbox");
          return left !== undefined;
        }}
      >
        <p>
          You lose access to <bdi className="font-medium break-words text-ink">{workspace.name}</bdi>. The keys that you
          created in it and the invitations that you sent end at once. To return you need a new invitation.
        </p>
      </Confirm>
    </>
  );
}
