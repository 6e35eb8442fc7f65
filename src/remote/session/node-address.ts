import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";

export interface NamedNode {
  readonly id: string;
  readonly hostName: string;
  readonly address: string;
}

/** How a node is reached where nothing else is said: by the name that it has, which ssh must know. */
export const NODE_ADDRESS = "ssh://{{.Node.Hostname}}";

/** The address of a node's engine by a template as Swarm has them; throws `address-malformed` for what a node has not. */
export function nodeAddress(template: string, { id, hostName, address }: NamedNode): string {
  const words: Readonly<Record<string, string>> = { ID: id, Hostname: hostName, Addr: address.includes(":") ? `[${address}]` : address };
  return template.replaceAll(/\{\{\s*([^}]*?)\s*\}\}/g, (_whole, name: string) => {
    const word = /^\.Node\.(\w+)$/.exec(name)?.[1] ?? "";
    return (Object.hasOwn(words, word) ? words[word] : undefined) ?? malformed(name);
  });
}

function malformed(name: string): never {
  throw new CooperError("address-malformed", `a node has no ${JSON.stringify(name)}`, {
    hint: "There are {{.Node.Hostname}}, {{.Node.ID}} and {{.Node.Addr}}: --node 'ssh://me@{{.Node.Hostname}}'",
    exit: EXIT.usage,
  });
}
