/** Leads from an empty page to the page that connects an agent. */
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../ui/button.tsx";

export function ConnectAgent() {
  return (
    <Link to="/welcome" className={buttonClass()}>
      Connect an agent
    </Link>
  );
}
