import type { Command } from "../../../commands/registry.ts";

/** What can be done on the page of the server. */
export interface Acts {
  /** null: this server has no mail. */
  readonly testMail: (() => void) | null;
}

export function mailCommands(acts: () => Acts): readonly Command[] {
  return [
    {
      id: "server.test-mail",
      title: "Send me a test mail",
      section: "Selection",
      keywords: ["smtp", "server"],
      when: () => acts().testMail !== null,
      run: () => acts().testMail?.(),
    },
  ];
}

export interface Failed {
  /** null: there are none. */
  readonly retryAll: (() => void) | null;
}

export function failedCommands(failed: () => Failed): readonly Command[] {
  return [
    {
      id: "server.retry-all",
      title: "Retry all failed jobs",
      section: "Selection",
      keywords: ["server", "jobs"],
      when: () => failed().retryAll !== null,
      run: () => failed().retryAll?.(),
    },
  ];
}
