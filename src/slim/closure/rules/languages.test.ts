import { describe, expect, test } from "vitest";
import { elfText } from "../../test-elf.ts";
import { brokenPromises, type ClosingCase } from "../test-closing.ts";

const big = "x".repeat(5_000_000);
const owned = (paths: readonly string[]): Record<string, string> => ({
  "/var/lib/dpkg/info/library.list": paths.map((path) => `${path}\n`).join(""),
});

const PYTHON = "/usr/lib/python3/dist-packages";
const PERL = "/usr/share/perl5";
const GEMS = "/usr/lib/x86_64-linux-gnu/rubygems-integration/3.1.0";

const CASES: readonly ClosingCase[] = [
  {
    name: "Python: an import on the line of its block is as late as the block",
    rows: {
      ...owned([`${PYTHON}/one.py`, `${PYTHON}/two.py`, `${PYTHON}/three.py`]),
      "/srv/app/main.py": "def view(r): import one; return one.x\ntry: import two\nexcept ImportError: two = None\n",
      [`${PYTHON}/one.py`]: "def rare(): import three\n",
      [`${PYTHON}/two.py`]: big,
      [`${PYTHON}/three.py`]: big,
    },
    touched: { "/srv/app/main.py": "opened" },
    keeps: [`${PYTHON}/one.py`, `${PYTHON}/two.py`],
    drops: [`${PYTHON}/three.py`],
  },
  {
    name: "Python: what a compiled module names, of its own package alone; a list of names that are imported when it is loaded",
    rows: {
      ...owned([
        `${PYTHON}/lib/_fast.cpython-311-x.so`,
        `${PYTHON}/lib/part.py`,
        `${PYTHON}/lib/_near.py`,
        `${PYTHON}/far/away.py`,
        `${PYTHON}/listed.py`,
      ]),
      "/srv/app/main.py": "import lib._fast\nimport lib.list\n",
      [`${PYTHON}/lib/__init__.py`]: "",
      [`${PYTHON}/lib/_fast.cpython-311-x.so`]: elfText({ text: "\0_near\0lib.part\0far.away\0" }),
      [`${PYTHON}/lib/list.py`]: "for one in ('listed', 'none'):\n    locals()[one] = __import__(one)\n",
      [`${PYTHON}/lib/part.py`]: big,
      [`${PYTHON}/lib/_near.py`]: big,
      [`${PYTHON}/far/away.py`]: big,
      [`${PYTHON}/listed.py`]: big,
    },
    touched: { "/srv/app/main.py": "opened" },
    keeps: [`${PYTHON}/lib/part.py`, `${PYTHON}/lib/_near.py`, `${PYTHON}/listed.py`],
    drops: [`${PYTHON}/far/away.py`],
  },
  {
    name: "Perl: a program by its first line, whatever its name ends with",
    rows: {
      ...owned(["/usr/share/web/index.cgi", `${PERL}/E.pm`]),
      "/usr/share/web/index.cgi": "#!/usr/bin/perl\nuse E;\n",
      [`${PERL}/E.pm`]: big,
    },
    touched: { "/usr/share/web/index.cgi": "executed" },
    keeps: [`${PERL}/E.pm`],
  },
  {
    name: "Perl: the parts that a module chooses from, and those that it names while it runs; none of another's; what is required while it is compiled",
    rows: {
      ...owned([
        `${PERL}/A/Scope.pm`,
        `${PERL}/A/Scope/XS.pm`,
        `${PERL}/A/Scope/Kind/One.pm`,
        `${PERL}/B/Kind/Two.pm`,
        `${PERL}/C.pm`,
        `${PERL}/D.pm`,
      ]),
      "/srv/app/x.pl": "use A::Scope;\n",
      [`${PERL}/A/Scope.pm`]: `choose(implementations => ['XS', 'PP'], symbols => [qw(x)]);\nload("A::Scope::Kind::$name"); load("B::Kind::" . $name);\nBEGIN {\n  require C;\n}\nsub rare {\n  require D;\n}\n`,
      [`${PERL}/A/Scope/XS.pm`]: big,
      [`${PERL}/A/Scope/Kind/One.pm`]: big,
      [`${PERL}/B/Kind/Two.pm`]: big,
      [`${PERL}/C.pm`]: big,
      [`${PERL}/D.pm`]: big,
    },
    touched: { "/srv/app/x.pl": "opened" },
    keeps: [`${PERL}/A/Scope/XS.pm`, `${PERL}/A/Scope/Kind/One.pm`, `${PERL}/C.pm`],
    drops: [`${PERL}/B/Kind/Two.pm`, `${PERL}/D.pm`],
  },
  {
    name: "Ruby: gems built for the machine with their compiled part, parts that are registered by path, and what a Gemfile lists",
    rows: {
      ...owned([
        `${GEMS}/extensions/x86_64-linux/3.1.0/fast-1/fast/fast.so`,
        `${GEMS}/gems/render-1/lib/render/late.rb`,
        `${GEMS}/gems/a-b-1/lib/a/b.rb`,
      ]),
      "/srv/app/app.rb": "get('/x') { require 'fast' }\nrequire 'render'\n",
      "/srv/app/Gemfile": "source 'x'\ngem 'a-b', '~> 1'\n",
      [`${GEMS}/gems/fast-1/lib/fast.rb`]: "require 'fast/fast'\n",
      [`${GEMS}/extensions/x86_64-linux/3.1.0/fast-1/fast/fast.so`]: big,
      // A library's part for the gem bears the gem's name.
      "/usr/lib/ruby/vendor_ruby/other/fast.rb": "",
      [`${GEMS}/gems/render-1/lib/render.rb`]: "register :Late, 'render/late', 'late'\n",
      [`${GEMS}/gems/render-1/lib/render/late.rb`]: big,
      [`${GEMS}/gems/a-b-1/lib/a/b.rb`]: big,
    },
    touched: { "/srv/app/app.rb": "opened", "/srv/app/Gemfile": "opened" },
    keeps: [
      `${GEMS}/gems/fast-1/lib/fast.rb`,
      `${GEMS}/extensions/x86_64-linux/3.1.0/fast-1/fast/fast.so`,
      `${GEMS}/gems/render-1/lib/render/late.rb`,
      `${GEMS}/gems/a-b-1/lib/a/b.rb`,
    ],
    drops: [],
  },
];

describe("imports of languages", () => {
  test.each(CASES.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
    expect(await brokenPromises(one)).toEqual([]);
  });
});
