import type { Command } from "commander";
import { collect, readMilliseconds } from "./argument.ts";
import type { VerbContext } from "../context.ts";
import type { Done } from "./done.ts";

/** `cooper scan`. */
export function addScan(program: Command, context: VerbContext, done: Done): void {
  const scan = program
    .command("scan")
    .summary("what has changed in containers against their images, less what is allowed")
    .description(
      'Compares the own layer of every running container with its image, by type, mode, owner, attributes and content, and looks at what runs.\nThe last line is "all ok" only when everything was looked at and is clean.',
    )
    .addHelpText(
      "after",
      "\nExamples: cooper scan\n          cooper scan --rules allowed.yaml --all web db\n          cooper scan --baseline reviewed.yaml web",
    )
    .argument("[container...]", "containers; all that run when there is none")
    .option("-a, --all", "stopped containers too")
    .option("--rules <file>", "what is allowed: a file of rules (may be repeated)", collect(String), [])
    .option("--root <folder>", "a folder that holds units, instead of those of host.yaml (may be repeated)", collect(String), [])
    .option("--no-units", "do not ask the settings of units what is allowed")
    .option("--baseline <file>", "write rules for what is found now, for one image, to be reviewed")
    .option("--mounts", "look into volumes and binds too, for what gives rights")
    .option("--quick", "do not compare the contents of files of the same size (weaker)")
    .option("--self-test", "first see that known changes are found, in a container of our own")
    .option("--quarantine <folder>", "keep what was found in a folder, with a manifest")
    .option("--revert", "put a running container back to its image, and look again")
    .option("--recreate", "make the container anew from its image, and look again")
    .option("--watch <seconds>", "look again and again, and tell only what is new", readMilliseconds)
    .option("--swarm <image>", "scan every node of the Swarm that the engine manages, by a service of an image that has cooper")
    .option("--node-socket <path>", "where the engine's socket is on the nodes", "/var/run/docker.sock")
    .option("--json", "print one JSON object a line")
    .option("--sarif", "print SARIF 2.1.0")
    .option("--prometheus", "print gauges for Prometheus")
    .action(async (names, options) =>
      done(await (await import("../verbs/scan/scan.ts")).scanContainers(context, names, { ...program.opts(), ...options })),
    );
  addParts(program, scan, { context, done });
}

function addParts(program: Command, scan: Command, { context, done }: { readonly context: VerbContext; readonly done: Done }): void {
  program
    .command("scan-node", { hidden: true })
    .summary("what `cooper scan --swarm` runs on each node")
    .argument("<secret>", "name of the Swarm's secret that says what to do")
    .action(async (secret, options) =>
      done(await (await import("../verbs/scan/scan-node.ts")).scanThisNode(context, secret, { ...program.opts(), ...options })),
    );
  scan
    .command("suggest-readonly")
    .summary("which settings a read-only root needs")
    .addHelpText("after", "\nExample: cooper scan suggest-readonly web")
    .description("Tells from what a container has written which read_only, tmpfs and volumes settings of a Compose file would hold.")
    .argument("<container>", "name, id or unique prefix of either")
    .option("--json", "print one JSON object")
    .action(async (name, options) =>
      done(await (await import("../verbs/scan/suggest-readonly.ts")).suggest(context, name, { ...program.opts(), ...options })),
    );
}
