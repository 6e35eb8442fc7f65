export interface InstructionLine {
  readonly name: string;
  /** Everything behind the name, continuation lines joined. */
  readonly rest: string;
}

const instruction = /^\s*([A-Za-z]+)\s+([\s\S]*)$/;

/** The instructions of a Dockerfile, FROM counted, comments not; here-documents belong to their instruction. */
export function instructionsOf(dockerfile: string): readonly InstructionLine[] {
  const found: InstructionLine[] = [];
  const lines = dockerfile.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    let text = lines[index] ?? "";
    if (/^\s*(#|$)/.test(text)) continue;
    while (/\\\s*$/.test(text) && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? "";
      text = /^\s*#/.test(next) ? text : text.replace(/\\\s*$/, "") + next;
    }
    for (const [, word = ""] of text.matchAll(/<<-?["']?(\w+)["']?/g)) {
      if (!/^\s*(RUN|COPY|ADD)\s/i.test(text) || /^\s*RUN\s+\[/i.test(text)) break;
      const end = lines.findIndex((line, at) => at > index && line.trim() === word);
      if (end < 0) break;
      text += `\n${lines.slice(index + 1, end + 1).join("\n")}`;
      index = end;
    }
    const match = instruction.exec(text);
    if (match !== null) found.push({ name: (match[1] ?? "").toUpperCase(), rest: match[2] ?? "" });
  }
  return found;
}

export interface Carry {
  readonly sources: readonly string[];
  readonly target: string;
  /** From another stage: not from the build context. */
  readonly isFromStage: boolean;
}

function wordsOf(rest: string): readonly string[] {
  const trimmed = rest.replace(/^(--\S+\s+)*/, "").trim();
  if (!trimmed.startsWith("[")) return trimmed.split(/\s+/);
  const words: unknown = JSON.parse(trimmed);
  return Array.isArray(words) ? words.map(String) : [];
}

/** What COPY and ADD instructions bring, targets made absolute by the WORKDIR in force. */
export function carriesOf(dockerfile: string): readonly Carry[] {
  let workdir = "/";
  const carries: Carry[] = [];
  for (const { name, rest } of instructionsOf(dockerfile)) {
    if (name === "WORKDIR") workdir = rest.trim().startsWith("/") ? rest.trim() : `${workdir}/${rest.trim()}`;
    if (name !== "COPY" && name !== "ADD") continue;
    const words = wordsOf(rest);
    const target = words.at(-1) ?? "";
    const absolute = target.startsWith("/") ? target : `${workdir}/${target}`;
    carries.push({
      sources: words.slice(0, -1),
      target: absolute.replaceAll(/\/(\.?\/)+/g, "/").replace(/\/\.$/, "/"),
      isFromStage: /^(--\S+\s+)*--from=/.test(rest),
    });
  }
  return carries;
}
