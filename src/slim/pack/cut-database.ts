/** dpkg's status file with the stanzas of these packages alone. */
export function cutDpkgStatus(text: string, packages: ReadonlySet<string>): string {
  const stanzas = text.split(/\n\n+/).filter((stanza) => packages.has(/^Package: (\S+)/m.exec(stanza)?.[1] ?? ""));
  return stanzas.map((stanza) => `${stanza.replace(/\n+$/, "")}\n`).join("\n");
}

/** The lines that stay, each with its line end. */
export function cutLines(text: string, stays: (line: string) => boolean): string {
  return text
    .split("\n")
    .filter((line) => line !== "" && stays(line))
    .map((line) => `${line}\n`)
    .join("");
}

/** apk's list with the stanzas of these packages, and in them the folders and files that stay. */
export function cutApk(text: string, what: { readonly packages: ReadonlySet<string>; readonly isKept: (path: string) => boolean }): string {
  const stanzas = text.split(/\n\n+/).filter((stanza) => what.packages.has(/^P:(.*)$/m.exec(stanza)?.[1] ?? ""));
  return stanzas.map((stanza) => `${cutApkFiles(stanza.split("\n"), what.isKept).join("\n")}\n\n`).join("");
}

/** `F:` begins a folder and `R:` a file of it; `M:`, `a:` and `Z:` after them tell more of the same. */
function cutApkFiles(lines: readonly string[], isKept: (path: string) => boolean): readonly string[] {
  const left: string[] = [];
  let folder = "";
  let stays = true;
  for (const line of lines) {
    const [kind, rest] = [line.slice(0, 2), line.slice(2)];
    if (kind === "F:") {
      folder = rest === "" ? "" : `/${rest}`;
      stays = isKept(folder === "" ? "/" : folder);
    } else if (kind === "R:") stays = isKept(`${folder}/${rest}`);
    if (stays && line !== "") left.push(line);
  }
  return left;
}
