/** The end of what was printed, without escape sequences. */
export class OutputTail {
  #text = "";
  #takesPastes = false;

  get plain(): string {
    return plainText(this.#text);
  }

  /** The program has switched bracketed paste on. */
  get takesPastes(): boolean {
    return this.#takesPastes;
  }

  add(bytes: Buffer): void {
    const switched = bytes
      .toString("latin1")
      .match(/\u001B\[\?2004[hl]/g)
      ?.at(-1);
    if (switched !== undefined) this.#takesPastes = switched.endsWith("h");
    this.#text = (this.#text + bytes.toString("utf8")).slice(-4096);
  }

  /** A line was entered: what was printed before is over. */
  clear(): void {
    this.#text = "";
  }

  has(pattern: RegExp): boolean {
    return pattern.test(plainText(this.#text));
  }

  /** The last line is exactly this prompt, and not the line that was entered. */
  endsWithPrompt(prompt: RegExp): boolean {
    const plain = plainText(this.#text);
    return /[\r\n]/.test(plain) && prompt.test(lastLine(plain));
  }

  /** The last line ends with the last line of `bytes`. */
  endsAs(bytes: Buffer): boolean {
    return lastLine(plainText(this.#text))
      .trimEnd()
      .endsWith(lastLine(plainText(bytes.toString("utf8"))).trimEnd());
  }
}

function plainText(text: string): string {
  return text.replaceAll(/\u001B(?:\[[\d;?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[=>])/g, "");
}

function lastLine(plain: string): string {
  return plain.slice(Math.max(plain.lastIndexOf("\n"), plain.lastIndexOf("\r")) + 1);
}
