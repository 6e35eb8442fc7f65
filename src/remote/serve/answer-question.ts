import { CooperError, isCooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { failureOf } from "./command-failures.ts";
import { tellMemory, withSettings } from "./memory-answers.ts";
import { readQuestion } from "./questions.ts";
import type { ShellMemory } from "./shell-memory.ts";

/** What a session's process gives to questions. */
export interface Answering {
  /** Once its container can be used. */
  ready(): Promise<unknown>;
  status(): unknown;
  /** Resolves when all that was done is written. */
  flush(): Promise<void>;
  /** Like `flush`, of what the session itself did. */
  finish(): Promise<void>;
  end(): void;
  memory(): ShellMemory;
  setMemory(memory: ShellMemory): Promise<void>;
}

// What an engine that answers nothing would have told is found by the next process.
function unlessSilent(error: unknown): void {
  if (!isCooperError(error) || error.code !== "engine-silent") throw error;
}

/** The answer to a client's question, or the error that it is answered with. */
export async function answerQuestion(asked: unknown, session: Answering): Promise<unknown> {
  try {
    return await reply(asked, session);
  } catch (error) {
    return { error: failureOf(error) };
  }
}

async function reply(asked: unknown, session: Answering): Promise<unknown> {
  const question = readQuestion(asked);
  switch (question?.ask) {
    case "ready":
      return { ready: await session.ready() };
    case "status":
      return session.status();
    case "flush":
      await session.flush();
      return { done: true };
    case "end":
      await session.finish().catch(unlessSilent);
      setImmediate(() => session.end());
      return { done: true, pid: process.pid };
    case "memory":
      return { memory: tellMemory(session.memory()) };
    case "set":
      await session.setMemory(withSettings(session.memory(), question));
      return { done: true };
    case undefined:
    default:
      throw new CooperError("question-unknown", "the session's process does not know this question", { exit: EXIT.usage });
  }
}
