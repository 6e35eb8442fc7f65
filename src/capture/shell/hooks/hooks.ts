import { bashHooks } from "./bash-hooks.ts";
import type { HookOptions } from "./hook-options.ts";
import { posixHooks } from "./posix-hooks.ts";
import { zshHooks } from "./zsh-hooks.ts";

/** What is typed into a shell that reads from its terminal: the hooks for the shell that said with these versions that it waits for them, and an end-of-file. */
export function hooksFor(versions: { readonly bash: string; readonly zsh: string }, options: HookOptions): string {
  return `${script(versions, options)}\n\u0004`;
}

function script(versions: { readonly bash: string; readonly zsh: string }, options: HookOptions): string {
  if (versions.zsh !== "") return zshHooks(options);
  return isHookable(versions.bash) ? bashHooks(options) : posixHooks(options);
}

// PS0 came with bash 4.4.
function isHookable(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 4 || (major === 4 && minor >= 4);
}
