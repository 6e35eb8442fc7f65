import { joinWords, quoteVisibly } from "../../format/shell/quote.ts";
import type { Definition } from "./definition.ts";
import {
  deviceFlags,
  endpointFlags,
  type Flags,
  healthFlags,
  limitFlags,
  loggingFlags,
  mountFlag,
  networkFlags,
  portText,
  rowFlags,
} from "./flags.ts";
import type { Exported } from "./exported.ts";

/** The docker command that makes such a container, one flag a line; a container of several networks is made, joined to them and started. */
export function asRun(definition: Definition): Exported {
  const { name, networks } = definition;
  const [first, ...others] = networks.joined;
  const further = networks.mode === null ? others : networks.joined;
  const [entry, ...rest] = definition.entrypoint ?? [];
  const flags: Flags = [
    ["--name", name],
    ...rowFlags(definition, () => true),
    ...deviceFlags(definition),
    ...limitFlags(definition),
    ...healthFlags(definition),
    ...loggingFlags(definition),
    ...(networks.mode !== null ? [["--network", networks.mode]] : first === undefined ? [] : networkFlags(first, "--network")),
    ...definition.ports.map((port) => ["--publish", portText(port)]),
    ...definition.mounts.map(mountFlag),
    ...(definition.entrypoint === null ? [] : [["--entrypoint", entry ?? ""]]),
  ];
  const words = [definition.image, ...rest, ...(definition.command ?? [])];
  const isLater = further.length > 0;
  const start = isLater ? ["docker create"] : ["docker run", "--detach"];
  const lines = [start.join(" "), ...flags.map((flag) => flag.map(quoteVisibly).join(" ")), words.map(quoteVisibly).join(" ")];
  const joins = further.map(({ name: network, ...endpoint }) =>
    joinWords(["docker", "network", "connect", ...endpointFlags(endpoint, "--alias").flat(), network, name]),
  );
  const commands = [lines.join(" \\\n  "), ...(isLater ? [...joins, joinWords(["docker", "start", name])] : [])];
  return { text: commands.map((command) => `${command}\n`).join(""), left: definition.left };
}
