import { printAdd } from "../../format/dockerfile/instructions.ts";
import { quoteValue } from "../../format/dockerfile/words.ts";
import { quoteWord } from "../../format/shell/quote.ts";
import { tarMember } from "../../format/tar/member.ts";
import type { TarInput } from "../../format/tar/write-tar.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import { archiveOf } from "./archive-of.ts";
import { OF_THE_ENGINE, type RecipeInput, type Stages } from "./recipe-input.ts";

const WORK = "/.cooper-slim";
const LIST = "kept.txt";
const REPLACED = "replaced.tar";
/** Of GNU tar; others do not take a list of names. */
const CREATE = "--no-recursion --verbatim-files-from --no-unquote --xattrs --xattrs-include='*'";
const EXTRACT = "--xattrs --xattrs-include='*'";

/** The image's own tar puts what stays into one folder of a stage, which becomes the root of the next. */
export async function tarStage(input: RecipeInput): Promise<Stages> {
  const { files, replaced } = input;
  const stays = input.paths.filter((path) => path !== "/");
  const listed = stays.filter((path) => !OF_THE_ENGINE.test(path));
  const made = stays.filter((path) => OF_THE_ENGINE.test(path) && !isDevice(files, path));
  // A name may hold a line end.
  const end = listed.some((path) => path.includes("\n")) ? { option: "--null ", text: "\0" } : { option: "", text: "\n" };
  const commands = [
    `mkdir -p ${WORK}/root && cd /`,
    `tar ${CREATE} -cf - ${end.option}-T ${WORK}/${LIST} | tar -C ${WORK}/root ${EXTRACT} -xpf -`,
    ...made.map((path) => makeAgain(files, path)),
    ...(input.droppedBits === 0 ? [] : [`chmod -R ug-s ${WORK}/root`]),
  ];
  return {
    lines: [
      `FROM ${quoteValue(input.from)} AS fat`,
      "USER 0",
      ...(replaced.size > 0 ? [printAdd(REPLACED, "/")] : []),
      `COPY ${LIST} ${WORK}/`,
      `RUN ${JSON.stringify(["/bin/sh", "-ec", commands.join(" && ")])}`,
      "FROM scratch",
      `COPY --from=fat ${WORK}/root/ /`,
    ],
    context: new Map([
      [LIST, Buffer.from(listed.map((path) => `.${path}${end.text}`).join(""))],
      ...(replaced.size > 0 ? [[REPLACED, await archiveOf(replacedFiles(input))] as const] : []),
    ]),
  };
}

function isDevice(files: ImageFiles, path: string): boolean {
  const type = files.paths.get(path)?.member.type;
  return type === "char" || type === "block";
}

function makeAgain(files: ImageFiles, path: string): string {
  const place = quoteWord(`${WORK}/root${path}`);
  const member = files.paths.get(path)?.member;
  if (member?.type === "directory") return `mkdir -p ${place} && chmod ${member.mode.toString(8)} ${place}`;
  if (member?.type === "symlink") return `ln -sfn ${quoteWord(member.link)} ${place}`;
  return `: > ${place}`;
}

function replacedFiles({ files, replaced }: RecipeInput): readonly TarInput[] {
  return [...replaced].map(([path, body]) => {
    const original = files.paths.get(path)?.member ?? tarMember({ path });
    return { member: { ...original, path: path.slice(1), size: body.length }, body };
  });
}
