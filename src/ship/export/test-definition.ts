import { parseReply } from "../../engine/reply.ts";
import { define, type Definition } from "./definition.ts";

/** Ids of the container and of another, which is named "db". */
export const ID = "ab".repeat(32);
export const OTHER = "cd".repeat(32);

/** What differs from a container that asks for nothing. */
export interface Case {
  readonly config?: object;
  readonly host?: object;
  readonly image?: object;
  readonly networks?: object;
  readonly secrets?: boolean;
}

/** The definition of a container "web". */
export function definitionOf({ config = {}, host = {}, image = {}, networks = {}, secrets = false }: Case): Definition {
  const reply = (value: object): ReturnType<typeof parseReply> => parseReply(JSON.stringify(value));
  const facts = {
    id: ID,
    name: "web",
    config: reply({ Image: "shop/web:1", Hostname: ID.slice(0, 12), ...config }),
    image: reply(image),
    host: reply({ NetworkMode: "default", ...host }),
    networks: reply(networks),
    mounts: [],
    isImageGone: false,
    defaults: { logDriver: "json-file", runtime: "runc", cgroup: "private" },
    names: new Map([[OTHER, "db"]]),
  };
  return define(facts, { secrets });
}
