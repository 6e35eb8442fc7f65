import type { Problem } from "./problem.ts";

/** What a container sees at `target`: a path of the engine's machine, a volume (anonymous without a source), or memory. */
export interface Mount {
  readonly type: "bind" | "volume" | "tmpfs";
  readonly source: string | null;
  readonly target: string;
  readonly read_only: boolean;
  /** Make the source when it is missing. */
  readonly create_host_path: boolean;
  readonly propagation: string | null;
  /** Leave the volume empty instead of filling it from the image. */
  readonly nocopy: boolean;
  /** Bytes of a tmpfs. */
  readonly size: number | null;
  /** Octal mode of a tmpfs. */
  readonly mode: string | null;
}

export const PLAIN_MOUNT: Omit<Mount, "type" | "source" | "target"> = {
  read_only: false,
  create_host_path: true,
  propagation: null,
  nocopy: false,
  size: null,
  mode: null,
};

const PROPAGATIONS: ReadonlySet<string> = new Set(["private", "rprivate", "shared", "rshared", "slave", "rslave"]);

/** "source:target[:options]" or "target", as Compose's short form. */
export function readMount(text: string): Mount | Problem {
  const parts = text.split(":");
  if (parts.length > 3 || parts.some((part) => part === ""))
    return { problem: `"${text}" is no volume such as ./data:/data or name:/data:ro` };
  const [first = "", second, options = ""] = parts;
  const target = second ?? first;
  const source = second === undefined ? null : first;
  if (!target.startsWith("/")) return { problem: `"${target}", which is no absolute path in the container` };
  const type = source !== null && /^[./~]/u.test(source) ? ("bind" as const) : ("volume" as const);
  if (type === "volume" && source !== null && !isVolumeName(source))
    return { problem: `"${source}", which is neither a path (./…, /…) nor the name of a volume` };
  return readOptions({ ...PLAIN_MOUNT, type, source, target: tidyPath(target) }, options);
}

function readOptions(mount: Mount, options: string): Mount | Problem {
  let made = mount;
  for (const option of options.split(",").filter((one) => one !== "")) {
    if (option === "ro") made = { ...made, read_only: true };
    else if (option === "nocopy") made = { ...made, nocopy: true };
    else if (PROPAGATIONS.has(option)) made = { ...made, propagation: option };
    // Words for other systems' file sharing; they do nothing on Linux.
    else if (!["rw", "cached", "delegated", "consistent"].includes(option))
      return { problem: `the mount option "${option}", which is not known` };
  }
  return made;
}

/** True for a name that an engine takes for a volume. */
function isVolumeName(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/u.test(text);
}

/** An absolute path without doubled or last slashes. */
export function tidyPath(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}
