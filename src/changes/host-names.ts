/** The host name of a build step: the classic builder's is the begin of a container's id, BuildKit's is always the same. */
const BUILD_HOST = "(?:[0-9a-f]{12}|buildkitsandbox)";

/** True when a text of the recorded container and one of the built image are equal but for their hosts' names. */
export function differsByHostOnly(recorded: Buffer, built: Buffer, hostNames: readonly string[]): boolean {
  const names = hostNames.filter((name) => name !== "").map(literally);
  if (names.length === 0) return false;
  const word = new RegExp(`(?<![A-Za-z0-9])(?:${names.join("|")})(?![A-Za-z0-9])`);
  const parts = recorded.toString("latin1").split(word);
  const got = built.toString("latin1");
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (index > 0) {
      const host = new RegExp(`(?:${BUILD_HOST}|${names.join("|")})`, "y");
      host.lastIndex = at;
      const match = host.exec(got);
      if (match === null) return false;
      at += match[0].length;
    }
    if (!got.startsWith(part, at)) return false;
    at += part.length;
  }
  return at === got.length;
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
