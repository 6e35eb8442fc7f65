import { printExec, printPairs, printWord } from "../../format/dockerfile/instructions.ts";
import { isWritableValue } from "../../format/dockerfile/words.ts";
import type { DraftInput, Instruction, InstructionName, Service } from "../model.ts";
import { imageUser } from "./assemble.ts";
import type { Body } from "./assemble.ts";

function instruction(name: InstructionName, text: string, why: string): Instruction {
  return { name, text, comments: [], steps: [], why, isRepair: false };
}

/** FROM and LABEL: what stands before everything else. */
export function writeHead(input: DraftInput): Instruction[] {
  const { options } = input;
  const labels = Object.entries(options.labels);
  if (options.maintainer !== null) labels.push(["maintainer", options.maintainer]);
  const pairs = labels
    .filter(([, value]) => isWritableValue(value))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value }));
  const from = writeFrom(input);
  if (pairs.length === 0) return [from];
  return [from, instruction("LABEL", printPairs("LABEL", pairs), "Given by the person.")];
}

function writeFrom({ history, options }: DraftInput): Instruction {
  const { image, imageDigest } = history.container;
  const why = "The image that the container was made of.";
  const digest = imageDigest?.replace(/^.*@/, "") ?? null;
  if (digest === null || image.includes("@")) return instruction("FROM", `FROM ${image}`, why);
  if (options.pin) return instruction("FROM", `FROM ${image}@${digest}`, why);
  return { ...instruction("FROM", `FROM ${image}`, why), comments: [`${image}@${digest}`] };
}

/** The image's settings after all that builds it: SHELL and USER back as they were, and the service. */
export function writeTail(input: DraftInput, body: Body, service: Service): Instruction[] {
  const { imageConfig } = input.history.container;
  const tail: Instruction[] = [];
  const shell = imageConfig.shell ?? ["/bin/sh", "-c"];
  if (shell.join("\0") !== body.shell.join("\0"))
    tail.push(instruction("SHELL", printExec("SHELL", shell), "The base image's own shell again."));
  const workdir = service.workdir ?? (imageConfig.workdir === "" ? "/" : imageConfig.workdir);
  if (workdir !== body.workdir) tail.push(serviceSetting(service, "WORKDIR", printWord("WORKDIR", workdir)));
  const user = service.user ?? imageUser(input);
  if (user !== body.user) tail.push(serviceSetting(service, "USER", printWord("USER", user)));
  const ports = service.expose.filter((port) => !imageConfig.exposed.includes(port));
  if (ports.length > 0) tail.push(serviceSetting(service, "EXPOSE", `EXPOSE ${ports.map(portText).join(" ")}`));
  if (service.stopSignal !== null && service.stopSignal !== imageConfig.stopSignal)
    tail.push(serviceSetting(service, "STOPSIGNAL", printWord("STOPSIGNAL", service.stopSignal)));
  return [...tail, ...writeCommand(input, service)];
}

function writeCommand(input: DraftInput, service: Service): Instruction[] {
  const { imageConfig } = input.history.container;
  if (service.cmd === null) return [];
  const isSwallowed = swallows(imageConfig.entrypoint);
  const isSame = JSON.stringify(service.cmd) === JSON.stringify(imageConfig.cmd) && !isSwallowed;
  if (isSame) return [];
  const cmd = serviceSetting(service, "CMD", printExec("CMD", service.cmd));
  if (!isSwallowed) return [cmd];
  const entrypoint = instruction("ENTRYPOINT", "ENTRYPOINT []", "The image's ENTRYPOINT would take the command as its arguments.");
  return [entrypoint, cmd];
}

/** An ENTRYPOINT that does not start its arguments as a command. */
function swallows(entrypoint: readonly string[] | null): boolean {
  const program = entrypoint?.find((word) => !word.startsWith("-"))?.replace(/^.*\//, "") ?? "";
  if (program === "") return false;
  return !/entrypoint|^(?:tini|dumb-init|docker-init|catatonit|env|gosu|su-exec|init)$/.test(program);
}

function serviceSetting(service: Service, name: InstructionName, text: string): Instruction {
  return { ...instruction(name, text, service.why), steps: service.steps };
}

function portText(port: string): string {
  return port.replace(/\/tcp$/, "");
}
