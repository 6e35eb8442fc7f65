import { Refusal, sendJson, sendNothing } from "./answer.ts";
import { inspect } from "./container-answers.ts";
import { type Answer, bodyOf, type Takeover } from "./request.ts";

/** `POST /containers/ID/exec` */
export const createExec: Answer = async ({ program, execs, name, body }, response) => {
  const wish = await bodyOf(body);
  const state = (await inspect(program, name)).at("State");
  if (!state.at("Running").flag()) throw new Refusal(409, `Container ${name} is not running`);
  const id = execs.make({
    container: name,
    argv: wish.at("Cmd").texts(),
    tty: wish.at("Tty").flag(),
    stdin: wish.at("AttachStdin").flag(),
    env: wish.at("Env").texts(),
    user: wish.at("User").text(),
    workdir: wish.at("WorkingDir").text(),
  });
  sendJson(response, { Id: id }, 201);
};

/** `POST /exec/ID/start` */
export const startExec: Takeover = ({ execs, name }, _body, open) => {
  execs.start(name, open);
  return Promise.resolve();
};

/** `POST /containers/ID/attach` */
export const attach: Takeover = ({ waiting, name }, _body, open) => {
  if (!waiting.has(name)) throw new Refusal(501, "only a container that is not started yet can be attached to");
  waiting.attach(name, open());
  return Promise.resolve();
};

/** `GET /exec/ID/json` */
export const inspectExec: Answer = ({ execs, name }, response) => {
  sendJson(response, { ID: name, ...execs.inspect(name) });
  return Promise.resolve();
};

/** `POST /exec/ID/resize` */
export const resizeExec: Answer = async ({ execs, name, query }, response) => {
  await execs.resize(name, Number(query.get("w") ?? 80), Number(query.get("h") ?? 24));
  sendNothing(response, 200);
};
