import type { DemoCrew } from "../demo/index.ts";
import type { Environment, SecretBox } from "../kernel/environment.ts";
import { type Config, settingsOf } from "../runtime/config.ts";
import type { Mailer } from "../runtime/mail.ts";

export interface Outside {
  secrets: SecretBox;
  mailer: Pick<Mailer, "delivery" | "sendMail">;
  demo: DemoCrew;
  publicUrl: () => string;
}

/** The environment of operations, for a server and for a command on its machine. */
export function environmentOf(config: Config, { secrets, mailer, demo, publicUrl }: Outside): Environment {
  return {
    /** A getter, because with port 0 the address is known only when the server listens. */
    get publicUrl() {
      return publicUrl();
    },
    settings: settingsOf(config),
    delivery: mailer.delivery,
    secrets,
    sendMail: mailer.sendMail,
    demo,
  };
}
