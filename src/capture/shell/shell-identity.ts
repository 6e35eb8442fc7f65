import type { ShellMessage } from "../../format/terminal-stream/marker.ts";
import type { Identity } from "../../history/model.ts";

export interface ShellIdentity {
  readonly pid: string;
  readonly identity: Identity;
  readonly login: boolean;
  readonly kind: "bash" | "zsh" | "dash" | "ash" | "sh";
}

/** Reads what a shell says about itself when its hooks are in place. */
export function readShellIdentity(message: ShellMessage): ShellIdentity {
  const [pid = "", uid = "", gid = "", groups = "", user = "", home = "", login = ""] = (message.body ?? "").split("\n");
  const number = (text: string): number => (/^\d+$/.test(text) ? Number(text) : 0);
  const identity = {
    user: user === "" ? String(number(uid)) : user,
    uid: number(uid),
    gid: number(gid),
    groups: groups
      .split(" ")
      .filter((word) => /^\d+$/.test(word))
      .map(Number),
    home: home === "" ? "/" : home,
  };
  return { pid, identity, login: login === "login", kind: kindOf(message.fields[0] ?? "") };
}

function kindOf(word: string): ShellIdentity["kind"] {
  return word === "bash" || word === "zsh" || word === "dash" || word === "ash" ? word : "sh";
}
