import { readCommands } from "../../format/shell/commands.ts";
import type { ShellCommand } from "../../format/shell/commands.ts";
import { joinLinks, readLinks } from "../../format/shell/links.ts";
import { programName, rowOfScript } from "../service/service-row.ts";

/** Programs that only look at what another one prints. */
const LOOKING: ReadonlySet<string> = new Set("grep egrep head tail wc cat jq sed awk cut less more true".split(" "));

const OWN_ADDRESS = /^(?:[a-z]+:\/\/)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:\/|$)/;

/** A list of commands without those that start, stop, ask or signal a server: in a build none runs, and the image's command starts it. */
export function withoutControl(text: string): string {
  const links = readLinks(text);
  if (links === null || links.length < 2) return text;
  const control = links.filter((link) => isControl(readCommands(link.text)));
  const rest = links.filter((link) => !control.includes(link) && !/^(?:sleep\s+\S+|wait)$/.test(link.text));
  return control.length === 0 || rest.length === 0 ? text : joinLinks(rest);
}

function isControl(commands: readonly ShellCommand[]): boolean {
  const [first, ...more] = commands;
  if (first === undefined || more.some(({ name }) => !LOOKING.has(name ?? ""))) return false;
  if (commands.some(({ redirections }) => redirections.some(({ operator, target }) => operator.includes(">") && !isNowhere(target?.text))))
    return false;
  const words = first.words.map(({ value, text }) => value ?? text);
  const own = words[0] === "sudo" ? words.slice(1) : words;
  return isVisit(own) || isSignal(own) || isScriptControl(own);
}

function isNowhere(target: string | undefined): boolean {
  return target === "/dev/null" || /^(?:\d|-)$/.test(target ?? "");
}

/** `curl localhost` to see whether it works. */
function isVisit([program = "", ...words]: readonly string[]): boolean {
  if (!words.some((word) => OWN_ADDRESS.test(word))) return false;
  if (program === "curl")
    return !words.some((word) => /^(?:-[a-zA-Z]*[oOTXd]|--output|--remote-name|--request|--data.*|--upload-file)$/.test(word));
  return (
    program === "wget" &&
    words.some((word) => /^(?:-[a-zA-Z]*O-?|-O\/dev\/null|--spider|--output-document=.*)$/.test(word)) &&
    !words.some((word) => word.startsWith("/") && word !== "/dev/null")
  );
}

function isSignal([program = "", first = ""]: readonly string[]): boolean {
  const name = programName(program);
  if (/^(?:kill|pkill|killall|supervisorctl|rndc)$/.test(name)) return true;
  if (name === "nginx") return first === "-s";
  if (name === "postfix") return /^(?:start|stop|reload|abort|flush|status)$/.test(first);
  return /^(?:apache2ctl|apachectl)$/.test(name) && /^(?:-k|start|stop|restart|graceful|graceful-stop|status)$/.test(first);
}

function isScriptControl(words: readonly string[]): boolean {
  const [script, verb] = scriptAndVerb(words);
  if (verb === "daemon-reload" || /^(?:stop|reload|force-reload|status|is-active|try-restart)$/.test(verb)) return true;
  return /^(?:start|restart)$/.test(verb) && isPlainService(script);
}

function scriptAndVerb([program = "", ...all]: readonly string[]): readonly [script: string, verb: string] {
  const [first = "", second = ""] = all.filter((word) => !word.startsWith("-"));
  if (/\/init\.d\/[^/]+$/.test(program)) return [programName(program), first];
  if (/^(?:service|invoke-rc\.d|rc-service)$/.test(programName(program))) return [first, second];
  return programName(program) === "systemctl" ? [second, first] : ["", ""];
}

/** A server that leaves nothing behind by being started. */
function isPlainService(script: string): boolean {
  const row = rowOfScript(script);
  return row !== null && row.data === undefined && row.folders === undefined;
}
