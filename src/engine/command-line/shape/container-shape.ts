import { Reply } from "../../reply.ts";

/**
 * What `inspect` prints of a container, as the engine's API has it: nerdctl names the image where the API has its id, writes a name without its slash and
 * leaves `Config.Image` out.
 */
export function containerShape(inspected: Reply): Readonly<Record<string, unknown>> {
  const members = inspected.members();
  const image = inspected.at("Image").text();
  const config = inspected.at("Config").members();
  const name = inspected.at("Name").text();
  return {
    ...members,
    Name: name.startsWith("/") ? name : `/${name}`,
    Config: { Image: familiarName(image), ...config },
    State: stateShape(inspected.at("State")),
  };
}

/** "debian:bookworm" for "docker.io/library/debian:bookworm". */
export function familiarName(image: string): string {
  return image.replace(/^docker\.io\/(?:library\/)?/u, "");
}

function stateShape(state: Reply): Readonly<Record<string, unknown>> {
  const isPaused = state.at("Paused").flag() || state.at("Status").text() === "paused";
  // A container that is paused runs, as the API has it.
  return { ...state.members(), Paused: isPaused, Running: state.at("Running").flag() || isPaused };
}

/** A row of the list of containers, of what `inspect` prints. */
export function summaryShape(inspected: Reply): Readonly<Record<string, unknown>> {
  const shape = new Reply(containerShape(inspected));
  return {
    Id: shape.at("Id").text(),
    Names: [shape.at("Name").text()],
    Image: shape.at("Config", "Image").text(),
    ImageID: shape.at("Image").text(),
    Created: Math.floor((Date.parse(shape.at("Created").text()) || 0) / 1000),
    State: shape.at("State", "Status").text(),
    Status: shape.at("State", "Status").text(),
    Labels: shape.at("Config", "Labels").textMap(),
  };
}

const KINDS = ["C", "A", "D"];

/** The lines of `diff` as the API lists changes. */
export function changesShape(text: string): readonly { readonly Path: string; readonly Kind: number }[] {
  return text
    .split("\n")
    .filter((line) => /^[CAD] \//u.test(line))
    .map((line) => ({ Path: line.slice(2), Kind: KINDS.indexOf(line.slice(0, 1)) }));
}

/** The table of `top` as the API has it: the last column may hold blanks. */
export function processesShape(text: string): { readonly Titles: readonly string[]; readonly Processes: readonly (readonly string[])[] } {
  const [head = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  const titles = head.trim().split(/\s+/u);
  const cut = (line: string): readonly string[] => {
    const words = line.trim().split(/\s+/u);
    return [...words.slice(0, titles.length - 1), words.slice(titles.length - 1).join(" ")];
  };
  return { Titles: titles, Processes: lines.map(cut) };
}
