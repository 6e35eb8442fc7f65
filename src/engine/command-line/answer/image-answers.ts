import { randomBytes } from "node:crypto";
import { parseReply } from "../../reply.ts";
import { hasName, imageRows, layerShape } from "../shape/image-shape.ts";
import { valuesOf } from "../shape/event-shape.ts";
import { complaintOf, need, sendJson, sendNothing } from "./answer.ts";
import { passOn } from "./carry.ts";
import { sendOutput } from "./container-answers.ts";
import { type Answer, filtersOf, isSet, rowsOf } from "./request.ts";

const JSON_FORM = ["--format", "{{json .}}"];

/** `GET /images/json` */
export const listImages: Answer = async ({ program, query }, response) => {
  const references = valuesOf(filtersOf(query).at("reference"));
  const rows = imageRows(rowsOf(need(await program.run(["images", "--no-trunc", ...JSON_FORM]))));
  sendJson(response, references.length === 0 ? rows : rows.filter((row) => references.some((reference) => hasName(row, reference))));
};

/** `GET /images/NAME/json` */
export const inspectImage: Answer = async ({ program, name }, response) => {
  sendJson(
    response,
    parseReply(need(await program.run(["image", "inspect", name])))
      .list()[0]
      ?.members() ?? {},
  );
};

/** `GET /images/NAME/history` */
export const imageHistory: Answer = async ({ program, name }, response) => {
  sendJson(response, rowsOf(need(await program.run(["image", "history", "--no-trunc", ...JSON_FORM, name]))).map(layerShape));
};

/** `GET /images/NAME/get` */
export const saveImage: Answer = async ({ program, name }, response) => {
  await sendOutput(program, ["save", name], response);
};

/** `POST /images/load` */
export const loadImage: Answer = async ({ program, body }, response) => {
  const running = program.start(["load"]);
  running.stdin.on("error", () => undefined);
  body.pipe(running.stdin);
  const said: string[] = [];
  await Promise.all([running.stdout, running.stderr].map((output) => passOn(output, response, keep(said))));
  const exit = await running.exit;
  if (exit !== 0) throw complaintOf(said.join(""), exit);
  sendJson(response, { stream: said.join("") });
};

function keep(said: string[]): (bytes: Buffer) => Buffer {
  return (bytes) => {
    said.push(bytes.toString());
    return Buffer.alloc(0);
  };
}

/** `POST /images/create` */
export const pullImage: Answer = async ({ program, query }, response) => {
  const [name, tag] = [query.get("fromImage") ?? "", query.get("tag") ?? ""];
  const reference = tag === "" ? name : `${name}${tag.includes(":") ? "@" : ":"}${tag}`;
  need(await program.run(["pull", "--quiet", reference]));
  sendJson(response, { status: `Status: Downloaded image for ${reference}` });
};

/** `POST /images/NAME/push` */
export const pushImage: Answer = async ({ program, name, query }, response) => {
  const reference = query.has("tag") ? `${name}:${query.get("tag") ?? ""}` : name;
  need(await program.run(["push", "--quiet", reference]));
  sendJson(response, { status: `Pushed ${reference}` });
};

/** `POST /images/NAME/tag` */
export const tagImage: Answer = async ({ program, name, query }, response) => {
  need(await program.run(["tag", name, `${query.get("repo") ?? ""}:${query.get("tag") ?? "latest"}`]));
  sendNothing(response, 201);
};

/** `DELETE /images/NAME` */
export const removeImage: Answer = async ({ program, name, query }, response) => {
  need(await program.run(["rmi", ...(isSet(query, "force") ? ["-f"] : []), name]));
  sendJson(response, [{ Untagged: name }]);
};

/** `POST /commit`: the program gives each image a name. */
export const commit: Answer = async ({ program, query }, response) => {
  const repository = query.get("repo") ?? "";
  const name = repository === "" ? `cooper-commit:${randomBytes(8).toString("hex")}` : `${repository}:${query.get("tag") ?? "latest"}`;
  const pause = query.get("pause") === "false" ? ["--pause=false"] : [];
  const made = need(await program.run(["commit", ...pause, query.get("container") ?? "", name])).trim();
  sendJson(response, { Id: made.split("\n").at(-1) ?? "" }, 201);
};
