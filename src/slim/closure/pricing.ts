import type { Closure } from "./closure.ts";
import { factsOf } from "./facts.ts";
import type { LibrarySearch } from "./library-search.ts";
import { resolvePath } from "./resolve.ts";

/** What paths would add to a closure as it stands now. */
export class Pricing {
  readonly #closure: Closure;
  readonly #search: LibrarySearch;

  constructor(closure: Closure, search: LibrarySearch) {
    this.#closure = closure;
    this.#search = search;
  }

  /** A path's bytes, and those of the libraries that nothing else needed yet. */
  of(path: string): number {
    return this.#add(path, new Set());
  }

  /** False for a script whose interpreter is not kept: alone it is of no use. */
  isUsable(path: string): boolean {
    const real = resolvePath(this.#closure.image, path).real;
    const interpreter = real === null ? undefined : factsOf(this.#closure.image).firstLine(real)?.[0];
    return interpreter === undefined || this.#isKept(interpreter);
  }

  #add(path: string, seen: Set<string>): number {
    const real = resolvePath(this.#closure.image, path).real;
    if (real === null || this.#closure.has(real) || seen.has(real)) return 0;
    seen.add(real);
    const size = this.#closure.image.paths.get(real)?.member.size ?? 0;
    const needs = this.#search.needsOf(real).flatMap((need) => need.found);
    return needs.reduce((sum, one) => sum + this.#add(one, seen), size);
  }

  #isKept(path: string): boolean {
    const real = resolvePath(this.#closure.image, path).real;
    return real !== null && this.#closure.has(real);
  }
}
