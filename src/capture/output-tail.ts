/** The end of what was printed, without escape sequences. */
export class OutputTail {
  #text = "";

  add(bytes: Buffer): void {
    this.#text = (this.#text + bytes.toString("utf8")).slice(-400);
  }

  has(pattern: RegExp): boolean {
    return pattern.test(this.#text);
  }

  /** A line was entered: what was printed before is over. */
  clear(): void {
    this.#text = "\n";
  }

  /** The last line is exactly this prompt. */
  endsWithPrompt(prompt: RegExp): boolean {
    const plain = this.#text.replaceAll(/\u001B(?:\[[\d;?]*[ -/]*[@-~]|[=>])/g, "");
    const line = plain.slice(Math.max(plain.lastIndexOf("\n"), plain.lastIndexOf("\r")) + 1);
    return line !== plain.replace(/^\n/, "") && prompt.test(line);
  }
}
