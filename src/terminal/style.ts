type Paint = (text: string) => string;

/** How to colour text; every paint is the identity where colour is off. */
export interface Style {
  readonly isOn: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

function paint(isOn: boolean, open: number, close: number): Paint {
  return (text) => (isOn && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text);
}

/** A style that colours, or one that does not. */
export function createStyle(isOn: boolean): Style {
  return {
    // A stream that is no terminal has no `isTTY` at all.
    isOn: Boolean(isOn),
    bold: paint(isOn, 1, 22),
    dim: paint(isOn, 2, 22),
    red: paint(isOn, 31, 39),
    green: paint(isOn, 32, 39),
    yellow: paint(isOn, 33, 39),
    cyan: paint(isOn, 36, 39),
  };
}

/** Whether a stream gets colours: a terminal, and neither NO_COLOR nor TERM=dumb. FORCE_COLOR turns them on for a file. */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") {
    return false;
  }
  const force = env["FORCE_COLOR"] ?? "";
  return force !== "" ? force !== "0" : isTerminal && env["TERM"] !== "dumb";
}
