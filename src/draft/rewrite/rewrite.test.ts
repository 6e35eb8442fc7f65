import { describe, expect, test } from "vitest";
import { inputOf } from "../test-history.ts";
import type { TestHistoryOptions, TestStep } from "../test-history.ts";
import { readTimeline } from "../timeline/read-timeline.ts";
import type { RunAction } from "./action.ts";
import { usesFolder } from "./folder-use.ts";
import { isUpkeep } from "./package-use.ts";
import { rewritePackages } from "./rewrite-packages.ts";
import { rewriteSteps } from "./rewrite.ts";

/** The last of these Steps as an action, all of them kept. */
function lastAction(steps: readonly TestStep[], options: TestHistoryOptions = {}): RunAction | undefined {
  const input = inputOf(steps, options);
  const selected = readTimeline(input.history, input.base).steps.map((timed) => ({
    timed,
    fate: "run" as const,
    why: "",
    carried: [],
    preseed: [],
    text: null,
    together: null,
  }));
  const { actions } = rewriteSteps(input, { steps: selected, findings: [], unmounted: [], secretPaths: [], stage: null });
  return actions.filter((action) => action.kind === "run").at(-1);
}

const noninteractive = "DEBIAN_FRONTEND=noninteractive apt-get";

test.each([
  ["apt-get install nginx", `${noninteractive} install -y nginx`],
  ["apt-get install -y nginx", `${noninteractive} install -y nginx`],
  ["apt-get -qy install nginx", `${noninteractive} -qy install nginx`],
  ["apt install nginx && apt full-upgrade", `${noninteractive} install -y nginx && ${noninteractive} dist-upgrade -y`],
  ["sudo apt-get install nginx", "sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y nginx"],
  ["DEBIAN_FRONTEND=readline apt-get install x", "DEBIAN_FRONTEND=readline apt-get install -y x"],
  ["apt-get -o A::B=c install x", `${noninteractive} -o A::B=c install -y x`],
  ["aptitude install x", "DEBIAN_FRONTEND=noninteractive aptitude install -y x"],
  ["apt-get purge a; apt-get autoremove", `${noninteractive} purge -y a; ${noninteractive} autoremove -y`],
  ["for p in a b; do apt-get install $p; done", `for p in a b; do ${noninteractive} install -y $p; done`],
  ["apt-cache policy nginx; echo apt-get install", "apt-cache policy nginx; echo apt-get install"],
  ["apt list | grep x", "apt list | grep x"],
  ["apk add curl", "apk add --no-cache curl"],
  ["apk --no-cache add curl", "apk --no-cache add curl"],
  ["yum install x", "yum install -y x"],
  ["dnf -y install x", "dnf -y install x"],
  ["zypper install x", "zypper --non-interactive install x"],
  ["pacman -S x", "pacman -S --noconfirm x"],
  ["pip install flask==3", "pip install --no-cache-dir flask==3"],
  ["python3 -m pip install flask", "python3 -m pip install --no-cache-dir flask"],
  ["/srv/venv/bin/pip uninstall flask", "/srv/venv/bin/pip uninstall -y flask"],
  ["npm ci", "npm ci"],
  ["gem install rake", "gem install rake"],
  ["conda install numpy", "conda install -y numpy"],
  ["composer require a/b", "composer require --no-interaction a/b"],
  ["opam install dune", "opam install -y dune"],
  ["microdnf install x", "microdnf install -y x"],
  ["apt-get autoremove --purge", `${noninteractive} autoremove -y --purge`],
  ["apt-get dist-upgrade", `${noninteractive} dist-upgrade -y`],
  ["npm install -g typescript", "npm install -g typescript"],
])("%s", (typed, expected) => {
  expect(rewritePackages(typed, false).text).toBe(expected);
});

test.each([
  ["apt-get update", true],
  ["apt-get update && apt-get clean", true],
  ["rm -rf /var/lib/apt/lists/*", true],
  ["sudo apt-get update", true],
  ["apt-get update && apt-get install -y x", false],
  ["apt-get update; rm -rf /srv", false],
  ["rm -rf /var/www", false],
  ["echo apt-get update", false],
])("only upkeep: %s is %s", (text, expected) => {
  expect(isUpkeep(text)).toBe(expected);
});

test.each([
  ["mkdir -p /srv/a", false],
  ["mkdir a", true],
  ["chmod 644 /etc/x", false],
  ["chmod 644 x", true],
  ["chmod +x x", true],
  ["chmod -x x", true],
  ["chmod u=rwx,go-w /etc/x", false],
  ["echo a > /etc/x 2>&1", false],
  ["echo a > x", true],
  ["echo a | tee /etc/x", false],
  ["echo *", true],
  ["cp /etc/a ~/b", false],
  ["cp 1 /etc/b", true],
  ["apt-get install -y nginx", false],
  ["apt-get install ./x.deb", true],
  ["useradd -m app && chown app /srv/x", false],
  ["cd /srv && make", false],
  ["cd srv && make", true],
  ["make", true],
  ["sed -i s/a/b/ /etc/x", true],
  ["cat <<E > /etc/x\na\nE", false],
  ["x=$(ls)", true],
])("%s depends on its folder: %s", (text, expected) => {
  expect(usesFolder(text)).toBe(expected);
});

describe("a command's text", () => {
  test.each([
    ["(sleep 1; echo) &", "(sleep 1; echo)"],
    ["sleep 1 &", "( sleep 1 )"],
    ["a & b &", "a & b & wait"],
    ["rm -i x", "rm x"],
    ["cp -ri a b", "cp -r a b"],
    ["make && exit", "make"],
    ["make; exit 3", "make"],
    ["exit 0; make", "(\nexit 0; make\n)"],
    ["(cd /srv; exit 4)", "(cd /srv; exit 4)"],
    ["nginx -t && service nginx start", "nginx -t"],
    ["sed -i s/a/b/ /etc/x && nginx -s reload", "sed -i s/a/b/ /etc/x"],
    ["a2enmod ssl; systemctl restart apache2; sleep 2; curl -s http://localhost/ | head -3", "a2enmod ssl"],
    ["echo a > /etc/x && sudo /etc/init.d/ssh reload > /dev/null 2>&1", "echo a > /etc/x"],
    ["echo a > /etc/x; kill -HUP $(cat /run/x.pid); wget -qO- localhost:80", "echo a > /etc/x"],
    ["service mysql start && mkdir a", "service mysql start && mkdir a"],
    ["service nginx start; sleep 1", "service nginx start; sleep 1"],
    ["service own start && mkdir a", "service own start && mkdir a"],
    ["curl -s localhost/x > /srv/x && mkdir a", "curl -s localhost/x > /srv/x && mkdir a"],
    ["wget localhost/x && mkdir a", "wget localhost/x && mkdir a"],
    ["curl -X PUT localhost:5984/db && mkdir a", "curl -X PUT localhost:5984/db && mkdir a"],
    ["mkdir -p a && cd a", "mkdir -p a"],
    ["mkdir a; cd a", "mkdir a"],
    ["cd a && make && cd ..", "cd a && make && cd .."],
    ["sudo make install", "sudo make install"],
    ["nohup make > log & wait", "nohup make > log & wait"],
    ["make # all of it", "make"],
  ])("%s becomes %s", (typed, expected) => {
    expect(lastAction([{ typed }])?.command).toBe(expected);
  });

  test("of a service that stays is left in the background", () => {
    expect(lastAction([{ typed: "server &", background: true, leaves: ["9 server"] }])?.command).toBe("server &");
  });

  test("is what ran after history expansion", () => {
    expect(lastAction([{ typed: "sudo !!", ran: "sudo make" }])?.command).toBe("sudo make");
  });
});

describe("what a command needs", () => {
  const setUp: TestStep = {
    typed: "…",
    sets: { A: "1", UNUSED: "2" },
    exports: { FLAG: "x", PS1: "$ " },
    functions: { f: 'f () \n{ \n    g "$IN"\n}', g: "g () \n{ \n    :\n}", unused: "unused () \n{ \n    :\n}" },
  };
  const needs = (typed: string): RunAction["needs"] | undefined => lastAction([setUp, { typed }])?.needs;

  test.each([
    ["echo $A", { A: "1" }],
    ["mkdir /srv/x", {}],
    ["make", { FLAG: "x" }],
    ["echo $NONE", { NONE: null }],
    ["A=2; echo $A", {}],
    ["f", { IN: null }],
    ["eval x", { A: "1", FLAG: "x", UNUSED: "2" }],
  ])("%s needs %j", (typed, expected) => {
    const { HOME: _home, PATH: _path, ...variables } = needs(typed)?.variables ?? {};
    const values = Object.entries(variables).map(([name, variable]) => [name, variable?.value ?? null]);
    expect(Object.fromEntries(values)).toMatchObject(expected);
    expect(values.length).toBe(Object.keys(expected).length + (typed === "f" ? 1 : 0));
  });

  test("functions come with all they call", () => {
    expect(Object.keys(needs("f")?.functions ?? {})).toEqual(["f", "g"]);
    expect(Object.keys(needs("f() { :; }; f")?.functions ?? {})).toEqual([]);
  });
});

describe("options of the shell", () => {
  test.each([
    ["zsh", ["extendedglob"], "rm /srv/^a", { "zsh:extendedglob": true }, "zsh"],
    ["zsh", ["extendedglob", "interactive", "sharehistory", "nobeep"], "mkdir /srv/x", {}, "any"],
    ["zsh", ["noclobber"], "touch /srv/a > /srv/b", { noclobber: true }, "any"],
    ["bash", ["shopt:nullglob"], "rm -f /srv/*", { "shopt:nullglob": true }, "bash"],
    ["bash", ["noclobber"], "echo a > /srv/b", { noclobber: true }, "any"],
    ["dash", ["noglob"], "echo * > /srv/b", { noglob: true }, "any"],
  ] as const)("%s with %j needs for `%s`", (shell, on, typed, expected, runShell) => {
    const options = Object.fromEntries(on.map((name) => [name, true]));
    const action = lastAction([{ typed: "…", options }, { typed }], { shell });
    expect(action?.needs.options).toMatchObject(expected);
    expect(Object.entries(action?.needs.options ?? {}).filter(([, isOn]) => isOn)).toEqual(
      Object.entries(expected).filter(([, isOn]) => isOn),
    );
    expect(action?.shell).toBe(runShell);
  });
});

test.each([
  ["bash", "echo a", "any"],
  ["bash", "echo {a,b}", "bash"],
  ["bash", "echo 'a\\tb'", "bash"],
  ["dash", "echo a", "any"],
  ["dash", "echo 'a\\tb'", "sh"],
  ["zsh", "mkdir /srv/x", "any"],
  ["zsh", "echo $x", "zsh"],
  ["zsh", "print -l *(.)", "zsh"],
] as const)("in %s, %s runs in %s", (shell, typed, expected) => {
  expect(lastAction([{ typed }], { shell })?.shell).toBe(expected);
});
