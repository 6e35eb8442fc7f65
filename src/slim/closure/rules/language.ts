/** A module that a source names. */
export interface NamedModule {
  /** As written, relative ones with their dots. */
  readonly name: string;
  /** Loaded only when some function is called, not with the source itself. */
  readonly isLate: boolean;
}

/** How a language's programs name the modules they load, and where its interpreter looks for them. */
export interface Language {
  readonly name: string;
  /** Paths of its sources; a script is known by its first line. */
  readonly files: RegExp;
  readonly interpreter: RegExp;
  /** Text that is no code: documentation within a source. */
  readonly prose?: RegExp;
  names(text: string, path: string): Iterable<NamedModule>;
  /** The first part of a name or of a path below a root: what belongs together. */
  readonly separator: string;
  /** Paths below a root where a named module may be; `*` within a name. */
  places(name: string): readonly string[];
  /** Globs of the folders where modules are looked for. */
  readonly roots: readonly string[];
  /** Folders of modules that only a source at this path finds, the nearest first. */
  near(path: string): readonly string[];
}
