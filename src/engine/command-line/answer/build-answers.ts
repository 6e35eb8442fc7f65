import { parseReply } from "../../reply.ts";
import { Refusal } from "./answer.ts";
import { passOn } from "./carry.ts";
import { type Answer, isSet } from "./request.ts";

/** Unpacks the context into a folder of the engine's machine, which is what the program builds from; the image's id comes last, on a line of its own. */
const BUILD = `f=$1; shift; d=$(mktemp -d) || exit 125; trap 'rm -rf "$d"' EXIT; trap 'exit 1' HUP INT TERM
mkdir "$d/context" && tar -xpf - -C "$d/context" || exit 125
"$0" build --iidfile "$d/id" -f "$d/context/$f" "$@" "$d/context" >&2 && cat "$d/id"`;

/** `POST /build` */
export const build: Answer = async ({ program, query, body }, response) => {
  if (query.has("remote")) throw new Refusal(501, "a build needs its context in the request");
  const running = program.startScript(BUILD, [query.get("dockerfile") ?? "Dockerfile", ...buildWords(query)]);
  running.stdin.on("error", () => undefined);
  body.pipe(running.stdin);
  response.writeHead(200, { "content-type": "application/json" });
  response.once("close", () => running.kill());
  let id = "";
  const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\r\n`);
  await Promise.all([
    passOn(running.stderr, response, (bytes) => line({ stream: bytes.toString() })),
    passOn(running.stdout, response, (bytes) => {
      id += bytes.toString();
      return Buffer.alloc(0);
    }),
  ]);
  const exit = await running.exit;
  const failure = `${program.name} build ended with ${exit === null ? "its connection" : `exit code ${exit}`}`;
  response.write(exit === 0 ? line({ aux: { ID: id.trim() } }) : line({ errorDetail: { message: failure }, error: failure }));
  response.end();
};

/** The words of `build` for the query of a request. */
export function buildWords(query: URLSearchParams): readonly string[] {
  const pairs = (name: string, option: string): readonly string[] =>
    Object.entries(parseReply(query.get(name) ?? "{}").textMap()).flatMap(([key, value]) => [option, `${key}=${value}`]);
  const text = (name: string, option: string): readonly string[] => ((query.get(name) ?? "") === "" ? [] : [option, query.get(name) ?? ""]);
  const network = query.get("networkmode") ?? "";
  return [
    ...query.getAll("t").flatMap((tag) => ["--tag", tag]),
    ...pairs("buildargs", "--build-arg"),
    ...pairs("labels", "--label"),
    ...text("target", "--target"),
    ...text("platform", "--platform"),
    ...(network === "" || network === "default" ? [] : ["--network", network]),
    ...(isSet(query, "nocache") ? ["--no-cache"] : []),
    ...(isSet(query, "pull") ? ["--pull"] : []),
  ];
}
