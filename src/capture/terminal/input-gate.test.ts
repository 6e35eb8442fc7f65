import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InputGate } from "./input-gate.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Watched {
  readonly gate: InputGate;
  readonly sent: () => string;
  readonly told: string[];
  /** When the entered lines are said to have been sent. */
  readonly submitted: number[];
  /** The look ends. */
  readonly seen: () => void;
}

/** A gate before a prompt whose last command is being looked at. */
function openGate(): Watched {
  const told: string[] = [];
  const submitted: number[] = [];
  let sent = "";
  let isLooking = true;
  const gate = new InputGate({
    clock: Date.now,
    phase: () => "prompt",
    isLooking: () => isLooking,
    isInjecting: () => false,
    mayRunAhead: () => true,
    isOneByOne: () => false,
    maySend: () => true,
    send: (bytes) => {
      sent += bytes.toString();
      vi.setSystemTime(Date.now() + 40);
    },
    onSubmit: (line, at) => {
      told.push(`line ${line.text ?? ""}`);
      submitted.push(at);
    },
    onAnswer: () => undefined,
    onInterrupt: () => void told.push("interrupt"),
    onSilence: () => undefined,
    onLate: () => void told.push("late"),
  });
  const seen = (): void => {
    isLooking = false;
    gate.pump();
  };
  return { gate, sent: () => sent, told, submitted, seen };
}

test.each([
  ["an Enter", "ls -l\r", "ls -l", "ls -l\r"],
  ["an Enter within a paste of lines", "one\rtwo\r", "one", "one\rtwo\r"],
  ["an end-of-file", "\u0004", "", "\u0004"],
  ["keys that enter nothing", "ls", "ls", "ls"],
])("%s during a look", (_, keys, before, after) => {
  const { gate, sent, seen } = openGate();
  gate.push(Buffer.from(keys));
  vi.advanceTimersByTime(29_000);
  expect(sent()).toBe(before);
  seen();
  expect(sent()).toBe(after);
});

test("^C takes the Enter back that waits for a look", () => {
  const { gate, sent, told, seen } = openGate();
  gate.push(Buffer.from("rm -r x\r"));
  gate.push(Buffer.from("never\r\u0003ls\r"));
  seen();
  expect(sent()).toBe("rm -r x\u0003ls\r");
  expect(told).toEqual(["interrupt", "line ls"]);
});

test("a look that takes too long is not waited for, and that is told", () => {
  const { gate, sent, told } = openGate();
  gate.push(Buffer.from("ls\r"));
  vi.advanceTimersByTime(31_000);
  expect(sent()).toBe("ls\r");
  expect(told).toEqual(["late", "line ls"]);
});

test("a line is entered at the time before its Enter was sent, however long the sending takes", () => {
  const { gate, sent, submitted, seen } = openGate();
  gate.push(Buffer.from("ls\r"));
  vi.setSystemTime(10_000);
  seen();
  expect(sent()).toBe("ls\r");
  expect(submitted).toEqual([10_000]);
});
