import type { Language } from "./language.ts";
import { NODE } from "./node.ts";
import { PHP } from "./php.ts";

const ELF = "\u007fELF";

const PYTHON: Language = {
  name: "python-imports",
  files: /\.py$|\.(?:cpython-[^/]*|abi3)\.so$/,
  interpreter: /\bpython[\d.]*$/,
  separator: ".",
  *names(text, path) {
    // A compiled module names what it imports in whole, or a module beside it.
    if (text.startsWith(ELF)) {
      for (const [, name = ""] of text.matchAll(/\0([A-Za-z_]\w{2,99})(?=\0)/g)) yield { name: `.${name}`, isLate: true };
      for (const name of new Set(text.match(/\b[A-Za-z_]\w{0,99}(?:\.\w{1,99})+/g) ?? [])) yield { name, isLate: true };
      return;
    }
    for (const [line, isLate] of pythonLines(text)) for (const name of pythonNames(line)) yield { name, isLate };
    for (const [, name = ""] of text.matchAll(/\b(?:import_module|__import__)\(\s*["']([.\w]+)["']/g)) yield { name, isLate: true };
    if (/\b(?:import_module|__import__)\(\s*[A-Za-z_]/.test(atMargin(text)))
      for (const [, name = ""] of text.matchAll(/["'](\w+)["']/g)) yield { name, isLate: false };
    // A package lists its parts, to load them all or one by its name.
    if (path.endsWith("/__init__.py"))
      for (const [, name = ""] of text.matchAll(/["'](\w+)["']/g)) yield { name: `.${name}`, isLate: true };
    // Settings name modules, and classes in them.
    for (const [, folder = "", last = ""] of text.matchAll(/["']([A-Za-z_]\w*(?:\.\w+)*)\.(\w+)["']/g))
      for (const name of [folder, `${folder}.${last}`]) yield { name, isLate: true };
  },
  places(name) {
    const parts = name.split(".").filter((part) => part !== "");
    const path = parts.join("/");
    const packages = parts.map((_part, index) => `${parts.slice(0, index + 1).join("/")}/__init__.py`);
    return [...packages, `${path}.py`, `${path}.*so`, `lib-dynload/${path}.*so`];
  },
  roots: [
    "/usr/lib/python3*",
    "/usr/local/lib/python3*",
    "/usr/lib/python3*/{dist,site}-packages",
    "/usr/local/lib/python3*/{dist,site}-packages",
  ],
  near: (path) => folderIn(path, /^(.*\/(?:dist|site)-packages|.*\/lib\/python3[\d.]*)\//),
};

const PERL: Language = {
  name: "perl-imports",
  files: /\.(?:pm|pl|al|t|psgi)$/,
  interpreter: /\bperl[\d.]*$/,
  prose: /^=[a-z][\s\S]*?^=cut.*$|^__(?:END|DATA)__$[\s\S]*|^[ \t]*#.*$/gm,
  separator: "::",
  *names(text, path) {
    for (const [, name = ""] of text.matchAll(/\b(?:use|no)\s+([A-Za-z]\w*(?:::\w+)*)/g)) yield { name, isLate: false };
    for (const [, name = ""] of text.matchAll(/\brequire\s+([A-Za-z]\w*(?:::\w+)*)/g)) yield { name, isLate: true };
    for (const [block] of text.matchAll(/^BEGIN\s*\{[\s\S]*?^\}/gm))
      for (const [, name = ""] of block.matchAll(/\brequire\s+([A-Za-z]\w*(?:::\w+)*)/g)) yield { name, isLate: false };
    for (const [, list = ""] of text.matchAll(/\buse\s+(?:base|parent)\s+([^;]+);/g))
      for (const name of list.match(/\w+(?:::\w+)*/g) ?? []) yield { name, isLate: false };
    for (const [, name = ""] of text.matchAll(/["'](\w+(?:::\w+)+)["']/g)) yield { name, isLate: true };
    for (const [, driver = ""] of text.matchAll(/["']dbi:(\w+)/gi)) yield { name: `DBD::${driver}`, isLate: true };
    for (const [, folder = ""] of text.matchAll(/["']((?:\w+::)+)(?:\$|["']\s*\.)/g)) yield { name: `${folder}*`, isLate: true };
    // A module chooses between parts of its own by their last names.
    const own = /([^/]+)\.pm$/.exec(path)?.[1];
    if (own !== undefined) for (const name of quotedWords(text)) yield { name: `.${own}::${name}`, isLate: true };
  },
  places(name) {
    const path = name.split("::").join("/");
    return [`${path}.pm`, `auto/${path}/*`];
  },
  roots: [
    "/etc/perl",
    "/usr/local/{lib,share}/perl*/*",
    "/usr/local/lib/perl5/*/*-linux*",
    "/usr/local/lib/perl5/site_perl/*",
    "/usr/local/lib/*/perl/*",
    "/usr/lib/*/perl-base",
    "/usr/lib/*/perl/*",
    "/usr/lib/*/perl5/*",
    "/usr/{lib,share}/perl5",
    "/usr/{lib,share}/perl5/{core,vendor,site}_perl",
    "/usr/share/perl/*",
  ],
  near: (path) => folderIn(path, /^(.*\/(?:lib|perl5))\//),
};

const RUBY: Language = {
  name: "ruby-imports",
  files: /\.(?:rb|ru|gemspec|rake)$|\/(?:Rakefile|Gemfile)$|\/(?:ruby|gems)\/.*\.so$/,
  interpreter: /\bruby[\d.]*$/,
  prose: /^=begin[\s\S]*?^=end.*$|^__END__$[\s\S]*|^[ \t]*#.*$/gm,
  separator: "/",
  *names(text, path) {
    if (text.startsWith(ELF)) for (const name of new Set(text.match(/[a-z_]+(?:\/[a-z_]+)+/g) ?? [])) yield { name, isLate: true };
    for (const match of text.matchAll(/\b(?:require|load)[ (]+["']([\w./-]+)["']/g))
      yield { name: (match[1] ?? "").replace(/\.(?:rb|so)$/, ""), isLate: indentAt(text, match.index) > 2 };
    for (const [, name = ""] of text.matchAll(/\bautoload[ (]+:\w+,\s*["']([\w./-]+)["']/g))
      yield { name: name.replace(/\.rb$/, ""), isLate: true };
    for (const [, name = ""] of text.matchAll(/\brequire_relative[ (]+["']([\w./-]+)["']/g))
      yield { name: `./${name.replace(/\.rb$/, "")}`, isLate: false };
    for (const [, name = ""] of text.matchAll(/["']([a-z]\w*(?:\/\w+)+)["']/g)) yield { name, isLate: true };
    if (path.endsWith("/Gemfile"))
      for (const [, name = ""] of text.matchAll(/^[ \t]*gem[ (]+["']([\w-]+)["']/gm))
        for (const one of new Set([name, name.replaceAll("-", "/")])) yield { name: one, isLate: false };
  },
  places: (name) => [`${name}.rb`, `${name}.so`],
  roots: [
    "/usr/lib/ruby/{?.*,vendor_ruby}",
    "/usr/lib/*/ruby/{?.*,vendor_ruby}",
    "/usr/lib/ruby/vendor_ruby/?.*",
    "/usr/lib/*/ruby/vendor_ruby/?.*",
    "/usr/local/lib/ruby/{?.*,site_ruby,vendor_ruby}",
    "/usr/local/lib/ruby/{site,vendor}_ruby/?.*",
    "/usr/local/lib/ruby/?.*/*-linux*",
    "/usr/lib/ruby/gems/*/gems/*/lib",
    "/usr/local/lib/ruby/gems/*/gems/*/lib",
    "/usr/local/bundle/gems/*/lib",
    "/usr/local/bundle/ruby/*/gems/*/lib",
    "/usr/share/rubygems-integration/*/gems/*/lib",
    "/var/lib/gems/*/gems/*/lib",
    "/usr/lib/*/rubygems-integration/*/gems/*/lib",
    "/usr/lib/*/rubygems-integration/*/extensions/*/*/*",
    "/var/lib/gems/*/extensions/*/*/*",
    "/usr/local/lib/ruby/gems/*/extensions/*/*/*",
    "/usr/local/bundle/extensions/*/*/*",
  ],
  near: (path) => folderIn(path, /^(.*\/lib)\//),
};

/** A compiled module holds the names it calls as atoms; an application's description names its modules and the applications it needs. */
const ERLANG: Language = {
  name: "erlang-imports",
  files: /\.(?:beam|app)$/,
  interpreter: /\bescript$/,
  separator: "_",
  *names(text) {
    const lists = [...text.matchAll(/\{\s*(?:applications|modules)\s*,\s*\[([^\]]*)\]/g)].map((match) => match[1] ?? "");
    const words = (lists.length > 0 ? lists.join(" ") : text).match(/[A-Za-z]\w{2,}/g) ?? [];
    for (const name of new Set(words)) yield { name, isLate: lists.length === 0 };
  },
  places: (name) => [`${name}.beam`, `${name}.app`],
  roots: ["/usr/lib/erlang/lib/*/ebin", "/usr/local/lib/{erlang,elixir}/lib/*/ebin", "/usr/lib/elixir/lib/*/ebin", "/opt/*/lib/*/ebin"],
  near: (path) => folderIn(path, /^(.*\/ebin)\//),
};

const ONE_LINE_BLOCK =
  /^([ \t]*(?:async|class|def|elif|else|except|finally|for|if|try|while|with)\b[^\n#]*?:)[ \t]*(?=(?:import|from)\b)/gm;

/** The lines that import something; an indented one is late when the last line at the margin begins a function or class. */
function* pythonLines(text: string): Generator<[string, boolean], void, void> {
  let isInside = false;
  for (const [line] of text
    .replaceAll(ONE_LINE_BLOCK, "$1\n ")
    .replaceAll(/;[ \t]*(?=(?:import|from)\b)/g, "\n")
    .matchAll(/^(?:[ \t]*(?:import|from)\b(?:\\\n|[^(\n\\])*(?:\([^)]*\))?.*|\S.*)/gm)) {
    const isIndented = /^\s/.test(line);
    if (!isIndented) isInside = /^(?:def\b|class\b|async\b|@)/.test(line);
    if (/^\s*(?:import|from)\b/.test(line)) yield [line, isIndented && isInside];
  }
}

/** What of a source runs when it is loaded: all that is in no function and no class. */
function atMargin(text: string): string {
  return text.replaceAll(/^(?:def|class|async|@).*\n(?:[ \t].*\n|\n)*/gm, "");
}

function* pythonNames(line: string): Generator<string, void, void> {
  const [, from, list = ""] = /^\s*from[ \t]+([.\w]+)[ \t]+import[ \t]+([\s\S]*)/.exec(line) ?? [];
  if (from === undefined) {
    for (const one of line.replace(/^\s*import\b/, "").split(",")) yield firstWord(one);
    return;
  }
  yield from;
  for (const one of list.replaceAll(/[()\\]|#.*/g, "").split(",")) yield (from.endsWith(".") ? from : `${from}.`) + firstWord(one);
}

/** The words of a Perl text that could be the last name of a module: 'XS', qw(XS PP). */
function quotedWords(text: string): Set<string> {
  const lists = [...text.matchAll(/\bqw\s*[([{/<]([^)\]}/>]*)/g)].flatMap((match) => (match[1] ?? "").split(/\s+/));
  const words = [...text.matchAll(/["']([A-Z]\w*)["']/g)].map((match) => match[1] ?? "");
  return new Set([...lists, ...words].filter((word) => /^[A-Z]\w*$/.test(word)));
}

function indentAt(text: string, index: number): number {
  const start = text.lastIndexOf("\n", index) + 1;
  return /^[ \t]*/.exec(text.slice(start, index))?.[0].length ?? 0;
}

function firstWord(text: string): string {
  return text.trim().split(/[\s;#]/)[0] ?? "";
}

function folderIn(path: string, pattern: RegExp): readonly string[] {
  const folder = pattern.exec(path)?.[1];
  return folder === undefined ? [] : [folder];
}

/** The languages whose imports can be read from their sources. */
export const LANGUAGES: readonly Language[] = [PYTHON, PERL, RUBY, ERLANG, NODE, PHP];
