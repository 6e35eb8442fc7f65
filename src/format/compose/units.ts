import type { Problem } from "./problem.ts";

const DURATION_UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTE_UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** "1m30s", "500ms" as milliseconds. */
export function readDuration(text: string): number | Problem {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/gu)];
  if (text === "" || parts.map(([part]) => part).join("") !== text) {
    return { problem: `"${text}" is no time such as 10s, 1m30s or 500ms` };
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (DURATION_UNITS[unit ?? ""] ?? 0), 0);
}

/** Milliseconds as the shortest text that `readDuration` takes. */
export function printDuration(milliseconds: number): string {
  const units = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
    ["ms", 1],
  ] as const;
  const [name, size] = units.find(([, unit]) => milliseconds >= unit && milliseconds % unit === 0) ?? ["us", 0.001];
  return `${Math.round(milliseconds / size)}${name}`;
}

/** "50m", "50MiB", "1gb" as bytes; all units count in 1024, as Docker's do. */
export function readBytes(text: string): number | Problem {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(|[kmgt])(?:i?b)?$/iu.exec(text) ?? [];
  if (count === undefined) return { problem: `"${text}" is no size such as 50MiB or 1g` };
  return Math.round(Number(count) * (BYTE_UNITS[(unit ?? "").toLowerCase()] ?? 1));
}

/** Octal permission bits as four digits. */
export function readMode(text: string): string | Problem {
  if (!/^(0?[0-7]{3}|[0-7]{4})$/u.test(text)) return { problem: `"${text}" are no octal permission bits such as "0644"` };
  return text.padStart(4, "0");
}
