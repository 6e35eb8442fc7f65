import { CooperError } from "../base/errors.ts";
import { EXIT } from "../base/exit-code.ts";

/** One value of an engine's JSON reply. Engines differ in what they leave out, so every reader has a fallback; `need` is for what cooper cannot do without. */
export class Reply {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path = "") {
    this.#value = value;
    this.#path = path;
  }

  at(...keys: readonly string[]): Reply {
    const [first, ...rest] = keys;
    return first === undefined ? this : this.#field(first).at(...rest);
  }

  text(fallback = ""): string {
    return typeof this.#value === "string" ? this.#value : fallback;
  }

  need(): string {
    if (typeof this.#value === "string" && this.#value !== "") return this.#value;
    throw new CooperError("engine-reply-unknown", `The engine's reply has no ${this.#path}.`, {
      hint: "This is not the Docker API that cooper knows. See docs/findings/engine-reply-unknown.md.",
      exit: EXIT.engine,
    });
  }

  number(fallback = 0): number {
    return typeof this.#value === "number" ? this.#value : fallback;
  }

  flag(): boolean {
    return this.#value === true;
  }

  isNull(): boolean {
    return this.#value === null || this.#value === undefined;
  }

  list(): readonly Reply[] {
    const items: readonly unknown[] = Array.isArray(this.#value) ? this.#value : [];
    return items.map((item, index) => new Reply(item, `${this.#path}[${index}]`));
  }

  texts(): readonly string[] {
    return this.list().map((item) => item.text());
  }

  /** The texts of a list; a single text counts as a list of one; null where there is neither. */
  textsOrNull(): readonly string[] | null {
    if (typeof this.#value === "string") return [this.#value];
    return Array.isArray(this.#value) ? this.texts() : null;
  }

  keys(): readonly string[] {
    return typeof this.#value === "object" && this.#value !== null ? Object.keys(this.#value) : [];
  }

  /** All members as they came, to be sent back to the same engine. */
  members(): Readonly<Record<string, unknown>> {
    return typeof this.#value === "object" && this.#value !== null ? { ...this.#value } : {};
  }

  textMap(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.keys().map((key) => [key, this.at(key).text()]));
  }

  #field(key: string): Reply {
    const path = this.#path === "" ? key : `${this.#path}.${key}`;
    if (typeof this.#value !== "object" || this.#value === null) return new Reply(undefined, path);
    const inner: unknown = Object.hasOwn(this.#value, key) ? Reflect.get(this.#value, key) : undefined;
    return new Reply(inner, path);
  }
}

/** Reads JSON text that came from an engine. */
export function parseReply(text: string): Reply {
  try {
    const value: unknown = text === "" ? null : JSON.parse(text);
    return new Reply(value);
  } catch (cause) {
    throw new CooperError("engine-reply-unknown", "The engine's reply is not JSON.", {
      hint: "Something else than a Docker engine may be listening there. Look at DOCKER_HOST and `docker context ls`.",
      exit: EXIT.engine,
      cause,
    });
  }
}
