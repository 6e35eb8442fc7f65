import type { Plan } from "./model.ts";

export interface RunChoice {
  /** A shell of root's takes the place of what the container would run. */
  readonly isShell: boolean;
  /** What takes the place of the command; none where empty. */
  readonly command: readonly string[];
  /** A person sits at a terminal. */
  readonly hasTerminal: boolean;
}

/** The image may have either. */
const SHELL = ["/bin/sh", "-c", 'if [ -x /bin/bash ]; then exec /bin/bash "$@"; fi; exec /bin/sh "$@"', "sh"];

/** The plan of an instance in the foreground: what it writes goes to the person and no log, and nothing starts it again. */
export function planOfRun(plan: Plan, { isShell, command, hasTerminal }: RunChoice): Plan {
  const { container } = plan;
  const isInteractive = isShell || container.tty === true;
  return {
    ...plan,
    isAttached: true,
    container: {
      ...container,
      logging: { driver: "none" },
      restart: "no",
      stdin_open: true,
      tty: isInteractive && hasTerminal,
      ...(command.length > 0 ? { command: [...command] } : {}),
      ...(isShell ? { entrypoint: SHELL, command: [...command], user: "0", healthcheck: { disable: true } } : {}),
    },
  };
}
