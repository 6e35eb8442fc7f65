import type { Finding } from "../../base/finding.ts";
import { printExec, printPairs, printWord } from "../../format/dockerfile/instructions.ts";
import { isWritableValue } from "../../format/dockerfile/words.ts";
import type { DraftInput, Instruction, InstructionName, Service } from "../model.ts";
import { imageUser } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { BUILD_STAGE, COMMON_STAGE } from "./stages.ts";

function instruction(name: InstructionName, text: string, why: string): Instruction {
  return { name, text, comments: [], steps: [], why, isRepair: false };
}

/** What the person gave the image; it stands at the top of the last stage. */
export function writeLabels({ options }: DraftInput): Instruction[] {
  const labels = Object.entries(options.labels);
  if (options.maintainer !== null) labels.push(["maintainer", options.maintainer]);
  const pairs = labels
    .filter(([, value]) => isWritableValue(value))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value }));
  return pairs.length === 0 ? [] : [instruction("LABEL", printPairs("LABEL", pairs), "given by the person")];
}

/** A stage's FROM: the image, or the stage before. */
export function writeStage(from: Instruction, name: string | null): Instruction {
  return name === null ? from : { ...from, text: `${from.text} AS ${name}` };
}

/** FROM of what the build stage and the image have in common. */
export function writeFromCommon(name: string | null): Instruction {
  const why = name === BUILD_STAGE ? "a stage of its own for tools that the image does not keep" : "what both stages have in common";
  return writeStage(instruction("FROM", `FROM ${COMMON_STAGE}`, why), name);
}

/** The first FROM, with the digest as it was asked for. */
export function writeFrom({ history, options }: DraftInput): Instruction {
  const { image, imageDigest } = history.container;
  const why = "the image that the container was made of";
  const digest = imageDigest?.replace(/^.*@/, "") ?? null;
  if (digest === null || image.includes("@")) return instruction("FROM", `FROM ${image}`, why);
  if (options.pin) return instruction("FROM", `FROM ${image}@${digest}`, why);
  return { ...instruction("FROM", `FROM ${image}`, why), comments: [`${image}@${digest}`] };
}

/** Says that a digest was asked for and there is none. */
export function pinFindings({ history, options }: DraftInput): Finding[] {
  const { image, imageDigest } = history.container;
  if (!options.pin || imageDigest !== null || image.includes("@")) return [];
  return [
    {
      code: "image-not-pinned",
      message: `The image ${image} has no digest: it was built here or never came from a registry. FROM names it by its tag.`,
      hint: "Push it to a registry, pull it from there, and record a container of that.",
      where: { image },
    },
  ];
}

/** The image's settings after all that builds it: SHELL and USER back as they were, and the service. */
export function writeTail(input: DraftInput, body: Desk, service: Service): Instruction[] {
  const { imageConfig } = input.history.container;
  const tail: Instruction[] = [];
  const shell = imageConfig.shell ?? ["/bin/sh", "-c"];
  if (shell.join("\0") !== body.shell.join("\0"))
    tail.push(instruction("SHELL", printExec("SHELL", shell), "the base image's own shell again"));
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
  const entrypoint = instruction("ENTRYPOINT", "ENTRYPOINT []", "the image's own would take the command as its arguments");
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
