import type { LayerFile } from "../layer-scan.ts";
import type { Instruction } from "./instruction.ts";

/** A COPY or ADD with the owner that its layer shows: the history of some builders leaves `--chown` out. */
export function withOwner(instruction: Instruction, files: readonly LayerFile[]): Instruction {
  const { keyword, text, note } = instruction;
  if ((keyword !== "COPY" && keyword !== "ADD") || /(?:^|\s)--chown=/.test(text)) return instruction;
  const owners = new Set(files.filter(({ type }) => type === "file").map(({ uid, gid }) => `${uid}:${gid}`));
  const [owner = "0:0"] = owners;
  if (owners.size !== 1 || owner === "0:0") return instruction;
  const told = "the owner is that of the files in the layer";
  return { ...instruction, text: `--chown=${owner} ${text}`, note: note === "" ? told : `${note}; ${told}` };
}
