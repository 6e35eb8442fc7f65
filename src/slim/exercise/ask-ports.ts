import { inspectContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { CrawledPage } from "../../probe/crawl.ts";
import { greetPort, type Greeting } from "../../probe/greet.ts";
import { listeningSockets } from "../../probe/listening.ts";
import { type PortAddress, portAddresses } from "../../probe/port-addresses.ts";
import type { Answer, ExerciseRun } from "./plan.ts";

/** A server that was exercised already gets less time to say what it speaks. */
const WITHIN_MS = { alone: 10_000, afterCommand: 3_000 };

/** Greets every published port that something listens on, in the protocol it speaks. */
export async function askPorts(engine: Engine, id: string, run: ExerciseRun): Promise<readonly Answer[]> {
  const container = await inspectContainer(engine, id);
  const open = new Set((await listeningSockets(engine, container)).map((socket) => socket.port));
  const answers: Answer[] = [];
  for (const address of portAddresses(container)) {
    if (open.size === 0 || open.has(address.port)) answers.push(...(await askPort(address, run)));
  }
  return answers;
}

async function askPort(address: PortAddress, run: ExerciseRun): Promise<readonly Answer[]> {
  const greet = (): Promise<Greeting> =>
    greetPort({ ...address, withinMs: run.command === null ? WITHIN_MS.alone : WITHIN_MS.afterCommand, signal: run.signal });
  const greeting = await greet();
  // What differs between two looks at the same container says nothing of the image.
  const again = run.isOriginal && greeting.pages.length > 0 ? (await greet()).pages : greeting.pages;
  const name = `${greeting.port}/tcp`;
  return [
    { question: name, answer: greeting.protocol, body: null },
    ...greeting.pages.map((page) => ({
      question: `${name} GET ${page.path}`,
      answer: String(page.status),
      body: isSame(page, again) ? page.hash : null,
    })),
  ];
}

function isSame(page: CrawledPage, pages: readonly CrawledPage[]): boolean {
  return pages.some((one) => one.path === page.path && one.hash === page.hash);
}
