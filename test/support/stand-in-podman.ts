import { writeFileSync } from "node:fs";
import path from "node:path";
import { testEngine } from "./engine.ts";

/** Serves at the socket that its last word names what the engine of the tests answers, as `podman system service` does for Podman. */
const SERVICE = `
const { createServer, connect } = require("node:net");
const [engine, address] = process.argv.slice(2);
createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ path: engine, allowHalfOpen: true });
  for (const [from, to] of [[near, far], [far, near]]) from.pipe(to).on("error", () => from.destroy());
}).listen(address.replace("unix://", ""));
`;

/** Puts a command named podman into a folder: its service speaks for the engine of the tests, all else is the docker command's. */
export async function placeStandInPodman(folder: string): Promise<void> {
  const { url } = await testEngine();
  const service = path.join(folder, "podman-service.cjs");
  writeFileSync(service, SERVICE);
  const serve = `exec '${process.execPath}' '${service}' '${url.replace("unix://", "")}' "$4"`;
  const script = `#!/bin/sh\nif [ "$1 $2" = "system service" ]; then ${serve}; fi\nDOCKER_HOST='${url}' exec docker "$@"\n`;
  writeFileSync(path.join(folder, "podman"), script, { mode: 0o755 });
}
