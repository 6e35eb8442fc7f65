import type { AppResult } from "./run-app.ts";

/** Sums over applications. */
export interface Totals {
  readonly apps: number;
  readonly smoke: number;
  readonly deepPassed: number;
  readonly deepChecks: number;
  readonly originalBytes: number;
  readonly slimBytes: number;
  readonly repairs: number;
  readonly seconds: number;
}

/** The sums over some applications' results. */
export function totalsOf(apps: readonly AppResult[]): Totals {
  const sum = (read: (app: AppResult) => number): number => apps.reduce((total, app) => total + read(app), 0);
  return {
    apps: apps.length,
    smoke: sum((app) => (app.smoke ? 1 : 0)),
    deepPassed: sum((app) => app.deepPassed),
    deepChecks: sum((app) => app.deepChecks),
    originalBytes: sum((app) => app.originalBytes),
    slimBytes: sum((app) => app.slimBytes),
    repairs: sum((app) => app.repairs),
    seconds: Math.round(sum((app) => app.seconds) * 10) / 10,
  };
}

/** The sums of each folder of applications, by its name. */
export function totalsByFolder(apps: readonly AppResult[]): Record<string, Totals> {
  const folders = [...new Set(apps.map((app) => app.folder))];
  return Object.fromEntries(folders.map((folder) => [folder, totalsOf(apps.filter((app) => app.folder === folder))]));
}

/** Sums in one line for a person. */
export function totalsLine(name: string, { apps, smoke, deepPassed, deepChecks, ...rest }: Totals): string {
  const sizes = `${(rest.originalBytes / 1e6).toFixed(1)} > ${(rest.slimBytes / 1e6).toFixed(1)} MB`;
  const share = deepChecks === 0 ? "" : ` (${((100 * deepPassed) / deepChecks).toFixed(0)} %)`;
  return `${name.padEnd(16)} ${sizes.padEnd(20)} smoke ${smoke}/${apps}  deep ${deepPassed}/${deepChecks}${share}  repairs ${rest.repairs}  ${rest.seconds} s`;
}
