/** The folders that an overlay is made of, as its mount names them. */
export interface OverlayLayers {
  readonly upper: string | null;
  /** Topmost first. */
  readonly lower: readonly string[];
  /** Its marks are `user.overlay.*` instead of `trusted.overlay.*`. */
  readonly hasUserMarks: boolean;
}

/** Reads an overlay's own options as /proc/PID/mountinfo shows them (`lowerdir=a:b`, since Linux 6.5 also `lowerdir+=a,lowerdir+=b`). */
export function readOverlayLayers(options: string): OverlayLayers {
  const lower: string[] = [];
  let upper: string | null = null;
  let hasUserMarks = false;
  for (const option of options.split(/(?<!\\|\\134),/)) {
    const equals = option.indexOf("=");
    const [name, value] = equals < 0 ? [option, ""] : [option.slice(0, equals), unescapeOctal(option.slice(equals + 1))];
    if (name === "upperdir") upper = plain(value);
    else if (name === "lowerdir+") lower.push(plain(value));
    // Two colons part layers that hold contents only.
    else if (name === "lowerdir") lower.push(...value.split(/(?<!\\):+/).map(plain));
    else if (name === "userxattr") hasUserMarks = true;
  }
  return { upper, lower, hasUserMarks };
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function plain(text: string): string {
  return text.replaceAll(/\\([,:\\])/g, "$1");
}
