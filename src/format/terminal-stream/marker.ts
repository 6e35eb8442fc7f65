/** The number of the private OSC sequence that carries shell events. */
const CODE = "7770";

/** What every marker starts with: `ESC ] 7770 ;`. */
export const MARKER_START = `\u001B]${CODE};`;

const MARKER_END = "\u0007";

/** The longest text between a marker's start and its end. */
export const LONGEST_MARKER = 512;

/** A marker as it stands in the stream: `ESC ] 7770 ; nonce ; kind ; fields… BEL`. */
export interface Marker {
  readonly nonce: string;
  readonly kind: string;
  readonly fields: readonly string[];
}

/** What a shell printed for the recorder: a marker, and the raw text up to its closing marker where it has one. */
export interface ShellMessage extends Marker {
  readonly body: string | null;
  /** The body is cut short or somebody else printed into it. */
  readonly isGarbled: boolean;
}

/** Kinds of marker after which a body follows, up to a marker of kind "Z". */
export const BODY_KINDS: ReadonlySet<string> = new Set(["D", "I", "S"]);

/** The text of a marker in the notation of printf and of bash's prompts (`\033`, `\007`). */
export function markerForPrintf(nonce: string, rest: string): string {
  return `\\033]${CODE};${nonce};${rest}\\007`;
}

/** The bytes of a marker as text. */
export function markerText(nonce: string, rest: string): string {
  return `${MARKER_START}${nonce};${rest}${MARKER_END}`;
}

/** Reads the text between a marker's start and its end. */
export function readMarker(text: string): Marker {
  const [nonce = "", kind = "", ...fields] = text.split(";");
  return { nonce, kind, fields };
}
