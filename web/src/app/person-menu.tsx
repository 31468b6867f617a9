/** The menu of the signed-in person: account, theme, sign-out. */
import { useNavigate } from "@tanstack/react-router";
import { notifyError } from "../data/command.ts";
import { useSession } from "../data/session.tsx";
import { Menu } from "../ui/menu.tsx";
import { THEME_NAMES, THEMES, useTheme } from "./theme.ts";

export function PersonMenu() {
  const { user, client } = useSession();
  const navigate = useNavigate();
  const [theme, setTheme] = useTheme();
  const name = user.name ?? user.email;
  const signOut = () => {
    client.auth.logout({}).then(() => location.assign("/sign-in"), notifyError);
  };
  return (
    <Menu
      side="top"
      entries={[
        { heading: user.email },
        { label: "Your account", onSelect: () => void navigate({ to: "/account" }) },
        "line",
        ...THEMES.map((one) => ({
          label: THEME_NAMES[one],
          isChecked: one === theme,
          onSelect: () => setTheme(one),
        })),
        "line",
        { label: "Sign out", onSelect: signOut },
      ]}
      trigger={
        <button
          type="button"
          aria-label={`You: ${name}`}
          // The style sheet draws the letter, so that it is not part of the button's name.
          data-letter={[...name][0]?.toUpperCase()}
          className="flex size-8 shrink-0 items-center justify-center rounded-full bg-selected text-sm font-semibold text-accent-ink before:content-[attr(data-letter)]"
        />
      }
    />
  );
}
