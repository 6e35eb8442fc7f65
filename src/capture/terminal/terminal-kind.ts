/** Kinds of terminals that every distribution's basic terminal data base knows. */
const KNOWN: ReadonlySet<string> = new Set([
  "xterm",
  "xterm-256color",
  "screen",
  "screen-256color",
  "tmux",
  "tmux-256color",
  "linux",
  "vt100",
  "vt220",
  "dumb",
]);
/** Terminals that understand what xterm does, and colours. */
const LIKE_XTERM = /256color|direct|kitty|alacritty|foot|ghostty|wezterm|contour|rio/;

/** The setting ("TERM=…") that tells a shell in the container the kind of the user's terminal; none where the engine's own must do. */
export function terminalSetting(kind: string | undefined): readonly string[] {
  if (kind === undefined || kind === "") return [];
  if (KNOWN.has(kind)) return [`TERM=${kind}`];
  return LIKE_XTERM.test(kind) ? ["TERM=xterm-256color"] : [];
}
