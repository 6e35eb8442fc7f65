import type { Engine } from "../../engine/open-engine.ts";
import { packageOfInfoFile } from "../../format/package-database/dpkg.ts";
import { collect } from "../read-file.ts";
import { readWithTar } from "./container-tar.ts";

const DATABASES = /^\/var\/(?:lib\/dpkg\/status|lib\/apt\/extended_states|cache\/debconf\/[a-z]+\.dat)$/;
/** Fewer are asked for one by one in the time of one command. */
const LEAST = 3;

/** Reads what a look asks for of the packages, all in one command: with a question for each file an installation takes a hundred. */
export async function readPackagesAhead(
  engine: Engine,
  containerId: string,
  touched: Iterable<string>,
): Promise<ReadonlyMap<string, Buffer>> {
  const ahead = new Map<string, Buffer>();
  const asked = new Set([...touched].filter(isOfPackages));
  if (asked.size < LEAST) return ahead;
  await readWithTar(engine, containerId, asked, async (path, { member, body }) => {
    if (member.type === "file") ahead.set(path, await collect(body));
  });
  return ahead;
}

function isOfPackages(path: string): boolean {
  const kind = packageOfInfoFile(path)?.kind;
  return kind === "list" || kind === "postinst" || DATABASES.test(path);
}
