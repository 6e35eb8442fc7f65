import { CooperError, isCooperError, messageOf } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { encodeFrame, FrameReader } from "../../format/frames/frames.ts";
import type { LocalSocket } from "../../system/network/local-socket.ts";
import type { Question } from "../serve/questions.ts";
import type { Session } from "../session/session-record.ts";
import { connectSession } from "./connect-session.ts";
import { failureFromText, type Reaching, reachSession } from "./reach-session.ts";

/** Asks the session's process, which is started where it does not run. Throws what it answers with an error. */
export async function askSession(reaching: Reaching, question: Question): Promise<unknown> {
  return await ask(await reachSession(reaching), question);
}

/** Asks the session's process; null where none runs. Throws `session-stopped` where it is stopped. */
export async function askIfRunning(session: Session, question: Question): Promise<unknown> {
  const socket = await connectSession(session);
  return socket === null ? null : await ask(socket, question);
}

async function ask(socket: LocalSocket, question: Question): Promise<unknown> {
  socket.write(encodeFrame("J", JSON.stringify(question)));
  const text = await readText(socket).catch((error: unknown) => {
    throw isCooperError(error) ? error : broken(messageOf(error));
  });
  if (text === null) throw broken("it ended");
  return readAnswer(text);
}

async function readText(socket: LocalSocket): Promise<string | null> {
  const reader = new FrameReader();
  try {
    for await (const chunk of socket) {
      if (!(chunk instanceof Buffer)) continue;
      for (const { kind, bytes } of reader.push(chunk)) if (kind === "j") return bytes.toString();
    }
    return null;
  } finally {
    socket.destroy();
  }
}

function readAnswer(text: string): unknown {
  const answer: unknown = JSON.parse(text);
  const error: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "error") : undefined;
  if (error !== undefined) throw failureFromText(JSON.stringify(error));
  return answer;
}

function broken(why: string): CooperError {
  return new CooperError("session-gone", `the session's process went away without an answer: ${why}`, {
    hint: "Try again: it is started anew. See: cooper dev doctor",
    exit: EXIT.cooperFailed,
  });
}
