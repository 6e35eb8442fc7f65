import type { Reply } from "../../engine/reply.ts";
import type { Facts } from "./facts.ts";

/** A mount as it was asked for. */
export interface DefinedMount {
  readonly type: string;
  /** A path of the engine's machine or a volume's name; null for a volume without one. */
  readonly source: string | null;
  readonly target: string;
  readonly isReadOnly: boolean;
  readonly propagation: string | null;
  /** "z" or "Z". */
  readonly label: string | null;
  readonly isNotFilled: boolean;
  readonly size: number;
  /** Of a tmpfs, as a number; 0 for the usual. */
  readonly mode: number;
  /** Asked for as `-v`: a source that is missing is made. */
  readonly isShort: boolean;
  /** Further words of --mount, and the names of what they say. */
  readonly further: readonly string[];
  readonly left: readonly string[];
  /** What not even docker run can say of it. */
  readonly unsaid: readonly string[];
}

/** The mounts of a container, and its volumes without a name that are not the image's. */
export function readMounts({ host, config, image }: Facts): readonly DefinedMount[] {
  const short = host.at("Binds").texts().map(readBind);
  const long = host.at("Mounts").list().map(readMount);
  const known = new Set([...image.at("Volumes").keys(), ...short.map(({ target }) => target), ...long.map(({ target }) => target)]);
  const nameless = config
    .at("Volumes")
    .keys()
    .filter((target) => !known.has(target))
    .map((target) => ({ ...PLAIN, type: "volume", source: null, target, isShort: true }));
  return [...short, ...long, ...nameless];
}

const PLAIN = {
  isReadOnly: false,
  propagation: null,
  label: null,
  isNotFilled: false,
  size: 0,
  mode: 0,
  further: [],
  left: [],
  unsaid: [],
} as const;

/** "source:target:options". */
function readBind(bind: string): DefinedMount {
  const [source = "", target = "", options = ""] = bind.split(":");
  const words = options.split(",").filter((word) => word !== "");
  return {
    ...PLAIN,
    type: source.startsWith("/") ? "bind" : "volume",
    source,
    target,
    isReadOnly: words.includes("ro"),
    propagation: words.find((word) => /^r?(?:private|shared|slave)$/u.test(word)) ?? null,
    label: words.find((word) => /^z$/iu.test(word)) ?? null,
    isNotFilled: words.includes("nocopy"),
    isShort: true,
  };
}

function readMount(mount: Reply): DefinedMount {
  return {
    type: mount.at("Type").text(),
    source: mount.at("Source").text() || null,
    target: mount.at("Target").text(),
    isReadOnly: mount.at("ReadOnly").flag(),
    propagation: mount.at("BindOptions", "Propagation").text() || null,
    label: null,
    isNotFilled: mount.at("VolumeOptions", "NoCopy").flag(),
    size: mount.at("TmpfsOptions", "SizeBytes").number(),
    mode: mount.at("TmpfsOptions", "Mode").number(),
    isShort: false,
    ...furtherOf(mount),
    unsaid: OPTIONS.flatMap((options) =>
      mount
        .at(options)
        .keys()
        .filter((key) => !SAID.has(key) && isTold(mount.at(options, key)))
        .map((key) => `${options}.${key}`),
    ),
  };
}

const OPTIONS = ["BindOptions", "VolumeOptions", "TmpfsOptions", "ImageOptions"];
const SAID = new Set("Propagation NonRecursive NoCopy Labels DriverConfig Subpath SizeBytes Mode".split(" "));

function isTold(value: Reply): boolean {
  return value.flag() || value.text() !== "" || value.number() !== 0 || value.list().length > 0 || value.keys().length > 0;
}

function furtherOf(mount: Reply): Pick<DefinedMount, "further" | "left"> {
  const volume = mount.at("VolumeOptions");
  const driver = volume.at("DriverConfig");
  const pairs = (word: string, map: Reply): readonly string[] =>
    Object.entries(map.textMap()).map(([name, value]) => `${word}=${name}=${value}`);
  const told: readonly (readonly [string, readonly string[]])[] = [
    ["VolumeOptions.DriverConfig", [...textOf("volume-driver", driver.at("Name")), ...pairs("volume-opt", driver.at("Options"))]],
    ["VolumeOptions.Labels", pairs("volume-label", volume.at("Labels"))],
    ["VolumeOptions.Subpath", textOf("volume-subpath", volume.at("Subpath"))],
    ["BindOptions.NonRecursive", mount.at("BindOptions", "NonRecursive").flag() ? ["bind-nonrecursive=true"] : []],
  ];
  return { further: told.flatMap(([, words]) => words), left: told.flatMap(([name, words]) => (words.length > 0 ? [name] : [])) };
}

function textOf(word: string, value: Reply): readonly string[] {
  return value.text() === "" ? [] : [`${word}=${value.text()}`];
}
