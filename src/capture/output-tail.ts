/** The end of what was printed, without escape sequences. */
export class OutputTail {
  #text = "";

  add(bytes: Buffer): void {
    this.#text = (this.#text + bytes.toString("utf8")).slice(-400);
  }

  /** The last line is exactly this prompt. */
  endsWithPrompt(prompt: RegExp): boolean {
    const plain = this.#text.replaceAll(/\u001B(?:\[[\d;?]*[ -/]*[@-~]|[=>])/g, "");
    const line = plain.slice(Math.max(plain.lastIndexOf("\n"), plain.lastIndexOf("\r")) + 1);
    return plain !== line && prompt.test(line);
  }
}
