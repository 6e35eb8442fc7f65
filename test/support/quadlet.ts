/** How Podman's generator reads a key of [Container], and the flag that it makes of it. */
const KEYS: Readonly<Record<string, readonly ["whole" | "words" | "plain words" | "flag", string]>> = {
  ContainerName: ["whole", "--name"],
  HostName: ["whole", "--hostname"],
  WorkingDir: ["whole", "--workdir"],
  PidsLimit: ["whole", "--pids-limit"],
  ShmSize: ["whole", "--shm-size"],
  Tmpfs: ["whole", "--tmpfs"],
  Volume: ["whole", "-v"],
  Network: ["whole", "--network"],
  PublishPort: ["whole", "--publish"],
  DNS: ["whole", "--dns"],
  DNSSearch: ["whole", "--dns-search"],
  DNSOption: ["whole", "--dns-option"],
  RunInit: ["flag", "--init"],
  ReadOnly: ["flag", "--read-only"],
  AddCapability: ["plain words", "--cap-add"],
  DropCapability: ["plain words", "--cap-drop"],
  AddDevice: ["plain words", "--device"],
  Sysctl: ["plain words", "--sysctl"],
  Environment: ["words", "--env"],
  Label: ["words", "--label"],
  PodmanArgs: ["words", ""],
};

interface Line {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/** The words after `podman run` that a .container unit comes to, once Podman's generator and then systemd have read it. */
export function podmanWords(unit: string): readonly string[] {
  const lines = readLines(unit);
  const own = lines.filter(({ section }) => section === "Container");
  const variables = lines.filter(({ section, key }) => section === "Service" && key === "Environment").map(({ value }) => value);
  const all = own.flatMap(({ key, value }) => (key === "Image" || key === "Exec" ? [] : flagsOf(key, value)));
  const last = (wanted: string): string => own.findLast(({ key }) => key === wanted)?.value ?? "";
  return [...all, last("Image"), ...splitWords(last("Exec"))].map((word) => asStarted(word, variables));
}

function readLines(unit: string): readonly Line[] {
  let section = "";
  return unit.split("\n").flatMap((text) => {
    const line = text.trim();
    if (line.endsWith("\\")) throw new Error(`goes on in the next line: ${line}`);
    const at = line.indexOf("=");
    if (line.startsWith("[")) section = line.slice(1, -1);
    return at < 0 ? [] : [{ section, key: line.slice(0, at), value: line.slice(at + 1).trimStart() }];
  });
}

function flagsOf(key: string, value: string): readonly string[] {
  const [how, flag] = KEYS[key] ?? ["", ""];
  if (how === "flag") return value === "true" ? [flag] : [];
  if (how === "whole") return [flag, value.replace(/^"(.*)"$/u, "$1")];
  if (how === "") throw new Error(`no key of [Container]: ${key}`);
  const words = how === "words" ? splitWords(value) : splitWords(value, { keepsEscapes: true });
  return flag === "" ? words : words.flatMap((word) => [flag, word]);
}

/** An empty word ends them all, as it does for the generator. */
function splitWords(text: string, { keepsEscapes }: { readonly keepsEscapes: boolean } = { keepsEscapes: false }): readonly string[] {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/gu) ?? [];
  const read = words.map((word) => word.replace(/"((?:[^"\\]|\\.)*)"/gu, (_, inner: string) => (keepsEscapes ? inner : unescape(inner))));
  const end = read.indexOf("");
  return end < 0 ? read : read.slice(0, end);
}

function unescape(text: string): string {
  return text.replace(/\\U([0-9a-f]{8})|\\(.)/gsu, (_, point: string | undefined, one: string) =>
    point === undefined ? one : String.fromCodePoint(Number.parseInt(point, 16)),
  );
}

/** What systemd makes of a word of ExecStart. */
function asStarted(word: string, variables: readonly string[]): string {
  return word.replace(
    /%(.)|\$(?:(\$)|\{(\w+)\})|[%$]/gsu,
    (sign, percent: string | undefined, dollar: string | undefined, name: string | undefined) => {
      if (percent === "%") return "%";
      if (dollar !== undefined) return "$";
      const variable = variables.find((one) => one.startsWith(`${name}=`));
      if (name === undefined || variable === undefined) throw new Error(`systemd has a meaning of its own for ${sign} in ${word}`);
      return variable.slice(name.length + 1);
    },
  );
}
